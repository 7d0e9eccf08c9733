import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Options } from '#src/cli/s3-options.js';

let folder: string;
let files: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
  files = { AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'), AWS_CONFIG_FILE: join(folder, 'config') };
  writeFileSync(files['AWS_SHARED_CREDENTIALS_FILE']!, `# keys
[default]
aws_access_key_id = DEFAULT
aws_secret_access_key=default/secret+=  # a note
; another note
[work]
AWS_ACCESS_KEY_ID = WORK
aws_secret_access_key = work secret free
[both]
aws_access_key_id = FROM-CREDENTIALS
aws_secret_access_key = s1
aws_session_token = t1
`);
  writeFileSync(files['AWS_CONFIG_FILE']!, `[default]
region = eu-central-1
s3 =
  addressing_style = path
  region = wrong
[profile both]
aws_access_key_id = FROM-CONFIG
aws_secret_access_key = s2
region = ap-south-1
endpoint_url = http://profile.example
[profile sso]
sso_session = corp
[profile config-only]
aws_access_key_id = C
aws_secret_access_key = D
[both]
region = ignored
`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const OFF = { AWS_EC2_METADATA_DISABLED: 'true' };
const KEYS = { AWS_ACCESS_KEY_ID: 'ID', AWS_SECRET_ACCESS_KEY: 'SECRET' };
const none = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials', AWS_CONFIG_FILE: '/nowhere/config' };

describe('credentials', () => {
  it('come from the environment first', () => {
    expect(s3Options({ ...files, ...KEYS, AWS_PROFILE: 'both' }).credentials).toEqual({ kind: 'keys', keys: { accessKeyId: 'ID', secretAccessKey: 'SECRET' } });
    expect(s3Options({ ...none, ...KEYS, AWS_SESSION_TOKEN: 'T' }).credentials).toEqual({ kind: 'keys', keys: { accessKeyId: 'ID', secretAccessKey: 'SECRET', sessionToken: 'T' } });
  });

  it('come from a profile then: the credentials file before the config file', () => {
    const keysOf = (env: Record<string, string>): unknown => s3Options({ ...files, ...env, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2' }).credentials;
    expect(keysOf({})).toEqual({ kind: 'keys', keys: { accessKeyId: 'DEFAULT', secretAccessKey: 'default/secret+=' } });
    expect(keysOf({ AWS_PROFILE: 'both' })).toEqual({ kind: 'keys', keys: { accessKeyId: 'FROM-CREDENTIALS', secretAccessKey: 's1', sessionToken: 't1' } });
    expect(keysOf({ AWS_PROFILE: 'config-only' })).toEqual({ kind: 'keys', keys: { accessKeyId: 'C', secretAccessKey: 'D' } });
  });

  it.each([
    ['a profile that is not there', { AWS_PROFILE: 'missing' }, 'found no profile missing'],
    ['what only AWS\'s tools carry out', { AWS_PROFILE: 'sso' }, 'found sso_session'],
    ['half a pair', { AWS_ACCESS_KEY_ID: 'ID' }, 'AWS_ACCESS_KEY_ID alone'],
    ['a secret with spaces', { AWS_PROFILE: 'work' }, 'white space'],
    ['a container on another host', { ...none, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.org/keys' }, 'found the host example.org'],
    ['an endpoint with a password', { ...KEYS, AWS_ENDPOINT_URL: 'https://user:hunter2@s3.example' }, 'found more than scheme'],
    ['an endpoint that is none', { ...KEYS, AWS_ENDPOINT_URL_S3: 's3.example' }, 'found no URL'],
  ])('are unusable with %s, which is said and shows none', (_, env, found) => {
    const { credentials } = s3Options({ ...files, ...env });
    expect(credentials).toEqual({ kind: 'unusable', message: expect.stringContaining(found) });
    expect(JSON.stringify(credentials)).not.toMatch(/hunter2|work secret/);
  });

  it('come from the container\'s role then, whose relative address and whose token\'s file go first', () => {
    const of = (env: Record<string, string>): unknown => s3Options({ ...none, ...env }).credentials;
    expect(of({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://a/b' })).toEqual({ kind: 'container', url: 'http://169.254.170.2/v2/x' });
    expect(of({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://[fd00:ec2::23]/v1', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/f' }))
      .toEqual({ kind: 'container', url: 'http://[fd00:ec2::23]/v1', tokenFile: '/f' });
    for (const url of ['http://127.0.0.9:1/x', 'http://localhost/x', 'http://169.254.170.23/v1', 'https://anywhere.example/x']) {
      expect(of({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a' })).toEqual({ kind: 'container', url, token: 'a' });
    }
  });

  it('come from the instance\'s role last, unless that is switched off', () => {
    expect(s3Options(none).credentials).toEqual({ kind: 'instance', endpoint: 'http://169.254.169.254', timeoutMs: 1000, attempts: 1 });
    expect(s3Options({ ...none, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6', AWS_METADATA_SERVICE_TIMEOUT: '3' }).credentials)
      .toEqual({ kind: 'instance', endpoint: 'http://[fd00:ec2::254]', timeoutMs: 3000, attempts: 1 });
    expect(s3Options({ ...none, ...OFF }).credentials.kind).toBe('none');
    expect(s3Options({ ...none, ...KEYS, AWS_NO_SIGN_REQUEST: 'yes' }).credentials).toEqual({ kind: 'none', why: 'AWS_NO_SIGN_REQUEST is set' });
  });

  it('leave region and endpoint to the environment, then to the profile', () => {
    const of = (env: Record<string, string>): unknown[] => {
      const { region, endpoint } = s3Options({ ...files, ...env });
      return [region, endpoint];
    };
    expect(of({})).toEqual(['eu-central-1', undefined]);
    expect(of({ AWS_PROFILE: 'both' })).toEqual(['ap-south-1', 'http://profile.example']);
    expect(of({ AWS_DEFAULT_REGION: 'a', AWS_REGION: 'b', AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'http://s3' })).toEqual(['b', 'http://s3']);
    expect(of({ ...none, AWS_DEFAULT_REGION: 'a' })).toEqual(['a', undefined]);
    expect(of({ ...none, AWS_ENDPOINT_URL: 'http://all', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toEqual(['us-east-1', undefined]);
  });
});
