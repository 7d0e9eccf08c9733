/**
 * How S3 is reached, from the environment and the files of AWS tools, by the names that AWS documents. Credentials, the first that is there: environment variables;
 * the profile (AWS_PROFILE, else `default`) in the credentials file, then in the config file; the container's role; the instance's role
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html). Nothing is asked here: what cannot be used is said when S3 is first needed.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.js';
import type { S3CredentialSource, S3Options } from '../storage/s3-options.js';
import { readAwsProfile, type AwsProfile } from './aws-profile.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Of ECS; the rest of the address is AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. */
const CONTAINER_HOST = 'http://169.254.170.2';
/** Hosts that may hand out a container's credentials without TLS: this machine, ECS, EKS. */
const CONTAINER_HOSTS = ['localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];
/** What a profile may say that only AWS's own tools carry out. */
const OF_AWS_TOOLS = ['role_arn', 'sso_session', 'sso_start_url', 'credential_process', 'web_identity_token_file', 'login_session'];
const EXPORT = 'expected keys: take them from the AWS CLI, eval "$(aws configure export-credentials --format env)"';

export function s3Options(env: Environment): S3Options {
  let profile: AwsProfile | undefined;
  let problem: string | undefined;
  try {
    profile = profileOf(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problem = error.message;
  }
  const set = (...names: readonly string[]): string | undefined => names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const endpoint = isTrue(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) ? undefined : (set('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL') ?? profile?.get('endpoint_url'));
  const region = set('AWS_REGION', 'AWS_DEFAULT_REGION') ?? profile?.get('region') ?? 'us-east-1';
  const wrong = problemOf(endpoint, region);
  return {
    region, ...(endpoint === undefined ? {} : { endpoint }),
    credentials: wrong === undefined ? credentialsOf(env, profile, problem) : { kind: 'unusable', message: wrong },
  };
}

function problemOf(endpoint: string | undefined, region: string): string | undefined {
  if (!/^[a-z0-9-]{1,40}$/.test(region)) return `AWS_REGION: found ${JSON.stringify(region)}, expected a region such as us-east-1`;
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'AWS_ENDPOINT_URL_S3: found no URL, expected one such as https://s3.example.org';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return 'AWS_ENDPOINT_URL_S3: found more than scheme, host, port and path, expected a URL such as https://s3.example.org';
  }
  return undefined;
}

function credentialsOf(env: Environment, profile: AwsProfile | undefined, problem: string | undefined): S3CredentialSource {
  if (isTrue(env['AWS_NO_SIGN_REQUEST'])) return { kind: 'none', why: 'AWS_NO_SIGN_REQUEST is set' };
  const [id, secret, token] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']];
  if (isSet(id) && isSet(secret)) return keysOf(id, secret, token);
  if (isSet(id) || isSet(secret)) return unusable(`found ${isSet(id) ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'} alone, expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`);
  if (problem !== undefined) return unusable(problem);
  const name = env['AWS_PROFILE'] ?? 'default';
  if (profile === undefined && isSet(env['AWS_PROFILE'])) return unusable(`AWS_PROFILE: found no profile ${name}, expected it in the credentials or config file of AWS tools`);
  const [profileId, profileSecret] = [profile?.get('aws_access_key_id'), profile?.get('aws_secret_access_key')];
  if (isSet(profileId) && isSet(profileSecret)) return keysOf(profileId, profileSecret, profile?.get('aws_session_token'));
  const theirs = OF_AWS_TOOLS.find((setting) => profile?.has(setting));
  if (theirs !== undefined) return unusable(`profile ${name}: found ${theirs}, which only AWS's own tools carry out, ${EXPORT}`);
  if (isSet(env['AWS_WEB_IDENTITY_TOKEN_FILE'])) return unusable(`AWS_WEB_IDENTITY_TOKEN_FILE: found a web identity, which is not exchanged here, ${EXPORT}`);
  return containerOf(env) ?? instanceOf(env);
}

/** AWS_CONTAINER_CREDENTIALS_RELATIVE_URI goes before the full one, a token's file before the token itself. */
function containerOf(env: Environment): S3CredentialSource | undefined {
  const [relative, full] = [env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'], env['AWS_CONTAINER_CREDENTIALS_FULL_URI']];
  if (!isSet(relative) && !isSet(full)) return undefined;
  const url = isSet(relative) ? `${CONTAINER_HOST}${relative.startsWith('/') ? '' : '/'}${relative}` : full!; // one of both is set
  const name = isSet(relative) ? 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' : 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
  if (!URL.canParse(url)) return unusable(`${name}: found no URL, expected the address of a container's credentials`);
  const { protocol, hostname } = new URL(url);
  const allowed = protocol === 'https:' || (protocol === 'http:' && (CONTAINER_HOSTS.includes(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname)));
  if (!allowed) return unusable(`${name}: found the host ${hostname}, expected https, this machine, or one of ${CONTAINER_HOSTS.slice(2).join(', ')}`);
  const [tokenFile, token] = [env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'], env['AWS_CONTAINER_AUTHORIZATION_TOKEN']];
  return { kind: 'container', url, ...(isSet(tokenFile) ? { tokenFile } : isSet(token) ? { token } : {}) };
}

function instanceOf(env: Environment): S3CredentialSource {
  if (isTrue(env['AWS_EC2_METADATA_DISABLED'])) return { kind: 'none', why: 'no credentials in the environment and no profile' };
  const ipv6 = env['AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE']?.toLowerCase() === 'ipv6';
  const given = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
  if (isSet(given) && !(URL.canParse(given) && new URL(given).protocol === 'http:')) return unusable('AWS_EC2_METADATA_SERVICE_ENDPOINT: found no http URL, expected one');
  return {
    kind: 'instance', endpoint: isSet(given) ? given : `http://${ipv6 ? '[fd00:ec2::254]' : '169.254.169.254'}`,
    timeoutMs: 1000 * wholeNumber(env['AWS_METADATA_SERVICE_TIMEOUT'], 1), attempts: wholeNumber(env['AWS_METADATA_SERVICE_NUM_ATTEMPTS'], 1),
  };
}

function profileOf(env: Environment): AwsProfile | undefined {
  const folder = join(homedir(), '.aws');
  const name = isSet(env['AWS_PROFILE']) ? env['AWS_PROFILE'] : 'default';
  return readAwsProfile(name, {
    credentials: atHome(env['AWS_SHARED_CREDENTIALS_FILE']) ?? join(folder, 'credentials'), config: atHome(env['AWS_CONFIG_FILE']) ?? join(folder, 'config'),
  });
}

const atHome = (path: string | undefined): string | undefined => (isSet(path) ? path.replace(/^~(?=\/|$)/, homedir()) : undefined);

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

const isTrue = (value: string | undefined): boolean => /^(1|true|yes)$/i.test(value ?? '');

/** Seconds or attempts: 1 to 60, else the default. */
function wholeNumber(text: string | undefined, otherwise: number): number {
  return /^([1-9]|[1-5]\d|60)$/.test(text ?? '') ? Number(text) : otherwise;
}

function keysOf(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): S3CredentialSource {
  if (/[\s\p{Cc}]|[^\x20-\x7e]/u.test(accessKeyId + secretAccessKey + (sessionToken ?? ''))) return unusable('found white space or unprintable characters in the AWS credentials, expected keys as AWS gives them');
  return { kind: 'keys', keys: { accessKeyId, secretAccessKey, ...(isSet(sessionToken) ? { sessionToken } : {}) } };
}

const unusable = (message: string): S3CredentialSource => ({ kind: 'unusable', message });
