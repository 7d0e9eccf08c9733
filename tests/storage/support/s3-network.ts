/** A network without pauses for this thread, whose s3:// addresses are those of a server of tests. */
import { networkOptions, useNetwork, type NetworkOptions } from '#src/storage/network.js';
import type { S3CredentialSource } from '#src/storage/s3-options.js';

export const KEYS = { accessKeyId: 'AKIDTESTACCESSKEYID0', secretAccessKey: 'test/secret+key=for7the8server9', sessionToken: 'session+token/with=signs==' };
export const NO_PAUSES = { start: 0, retry: 1, longestRetry: 1, betweenRetries: 1, circuit: 1 };

export function useS3(endpoint: string, credentials: S3CredentialSource = { kind: 'keys', keys: KEYS }, some: Partial<NetworkOptions> = {}): void {
  useNetwork(networkOptions({ inFlight: 4, tries: 4, s3: { region: 'us-east-1', endpoint, credentials }, ...some, pauses: NO_PAUSES }));
}
