/**
 * How to reach S3, or what speaks it.
 *
 * @module
 */
import { S3Client } from '@aws-sdk/client-s3';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How to reach S3. What is left out, the SDK finds as the AWS command line does. */
export interface S3Settings {
  readonly region?: string;
  /** Of a store other than AWS, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  /** `endpoint/bucket` instead of `bucket.endpoint`. Default: true where an endpoint is given. */
  readonly forcePathStyle?: boolean;
  readonly credentials?: S3Credentials;
  /** Tries of one request, the first included. Default 5. */
  readonly maxAttempts?: number;
  /** Milliseconds until the answer begins, and those a body may stand still. Default 60,000. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 60_000;
const CONNECTION_TIMEOUT_MS = 10_000;

/** The settings with what is the default for all. */
export interface S3ClientSettings extends S3Settings {
  readonly maxAttempts: number;
}

/** Nothing is sent yet. `endpoint` has been checked. */
export function createS3Client(settings: S3ClientSettings): S3Client {
  const { endpoint, maxAttempts, credentials, requestTimeoutMs = REQUEST_TIMEOUT_MS } = settings;
  const { region = endpoint === undefined ? undefined : 'us-east-1' } = settings;
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: settings.forcePathStyle ?? endpoint !== undefined,
    maxAttempts,
    // The SDK's own CRCs, on by default, are refused by stores older than 2025. Bodies are checked by digest above.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(requestTimeoutMs, CONNECTION_TIMEOUT_MS),
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
    },
  });
}
