/** How S3 is reached, as the command line found it in the environment (cli/s3-options.ts). Structured-cloneable: every thread gets it, and renews a role's credentials by itself. */

export interface S3Options {
  /** Of Amazon's S3, and what signatures name. */
  readonly region: string;
  /** URL of a compatible store, in place of Amazon's: then path style. */
  readonly endpoint?: string;
  readonly credentials: S3CredentialSource;
}

export type S3CredentialSource =
  /** Requests are not signed: public buckets. `why`: said where such a request is denied. */
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'keys'; readonly keys: S3Keys }
  /** A container's role (ECS, EKS). The token is sent as it is; a token's file is read anew each time. */
  | { readonly kind: 'container'; readonly url: string; readonly token?: string; readonly tokenFile?: string }
  /** An instance's role (EC2), where there is one; else requests are not signed. */
  | { readonly kind: 'instance'; readonly endpoint: string; readonly timeoutMs: number; readonly attempts: number }
  /** What was set up cannot be used: said when S3 is first asked for something. */
  | { readonly kind: 'unusable'; readonly message: string };

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where nothing was set up. */
export const defaultS3Options: S3Options = { region: 'us-east-1', credentials: { kind: 'none', why: 'no credentials were looked for' } };
