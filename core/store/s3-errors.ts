/**
 * What the failures of S3, of the stores that speak like it, and of the way there mean.
 *
 * Messages are made here and quote no server: an answer may repeat signatures, tokens and signed URLs.
 *
 * @module
 */
import { ObjectNotFoundError, StoreAccessError, StoreUnavailableError } from './errors.ts';

/** The parts of a failure that the mapping reads, whatever threw it. */
export interface S3Failure {
  /** S3's code such as `AccessDenied`, or the name or code of a local error. */
  readonly code: string;
  /** Absent when no answer came. */
  readonly status: number | undefined;
  /** Where the bucket really is, when the answer says so. */
  readonly bucketRegion: string | undefined;
  readonly requestId: string | undefined;
}

export type S3Permission = 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject' | 's3:ListBucket';

/** Where and what was tried, as the message tells it. */
export interface S3Attempt {
  /** Like `write runs/a in s3://bucket/prefix`. */
  readonly doing: string;
  /** What S3 has to allow for it. */
  readonly permission: S3Permission;
  /** Ending in `/`, or empty. */
  readonly prefix: string;
  readonly bucket: string;
  /** Set when the call is about one object that may be missing. */
  readonly key?: string;
  readonly endpoint: string | undefined;
}

/** Reads a failure. Anything thrown will do. */
export function failureOf(error: unknown): S3Failure {
  const metadata = memberOf(error, '$metadata');
  const response = memberOf(error, '$response');
  const headers = memberOf(response, 'headers');
  // Not every failure with an answer is one of S3's: a proxy's page has a status and no code.
  const status = numberOf(memberOf(metadata, 'httpStatusCode')) ?? numberOf(memberOf(response, 'statusCode'));
  const name = textOf(memberOf(error, 'name'));
  const systemCode = textOf(memberOf(error, 'code')) ?? textOf(memberOf(error, 'Code'));
  // The SDK gives this one no name of its own.
  if (textOf(memberOf(error, 'message')) === 'Region is missing')
    return { ...NO_ANSWER, code: 'RegionMissing' };
  const generic = name === undefined || name === 'Error' || name === 'UnknownError' || /^\d+$/.test(name);
  return {
    code: (generic || systemCode?.startsWith('E') ? systemCode : name) ?? name ?? 'UnknownError',
    status,
    bucketRegion: textOf(memberOf(headers, 'x-amz-bucket-region')) ?? textOf(memberOf(error, 'Region')),
    requestId: textOf(memberOf(metadata, 'requestId')),
  };
}

const NO_ANSWER = { status: undefined, bucketRegion: undefined, requestId: undefined } as const;

/** Whether the answer says that the condition of a put did not hold: there is an object already. */
export function isPreconditionFailed({ code, status }: S3Failure): boolean {
  return status === 412 || code === 'PreconditionFailed';
}

/** Whether two conditional puts of one key met, and S3 decided for neither. */
export function isConflict({ code, status }: S3Failure): boolean {
  return status === 409 && (code === 'ConditionalRequestConflict' || code === 'OperationAborted');
}

/** Whether the endpoint knows no `If-None-Match` on a put. */
export function isNotImplemented({ code, status }: S3Failure): boolean {
  return status === 501 || code === 'NotImplemented';
}

export function isNotFound({ code, status }: S3Failure): boolean {
  return code !== 'NoSuchBucket' && (status === 404 || code === 'NoSuchKey' || code === 'NotFound');
}

/** The refusal of a store on which two writers could overwrite each other's manifest. */
export function noConditionalWritesError(uri: string, cause?: unknown): StoreAccessError {
  return new StoreAccessError(`${uri} has no conditional writes (If-None-Match on PutObject).`, {
    hint: 'Update that store to a version that has them, or use AWS S3 or a folder (file:///…).',
    cause,
  });
}

export function noSuchBucketError(bucket: string, cause?: unknown): StoreAccessError {
  return new StoreAccessError(`There is no bucket "${bucket}".`, {
    hint: 'Create the bucket, or correct its name, the account or the endpoint.',
    cause,
  });
}

/**
 * Turns a failure into the store's own error, with the failure's code, status and request id as its cause. An error of
 * the program itself stays what it is, so that a bug looks like one.
 */
export function s3StoreError(error: unknown, attempt: S3Attempt): Error {
  const failure = failureOf(error);
  if (isBug(error, failure)) return error;
  const { code, status, bucketRegion } = failure;
  const cause = summaryOf(failure);
  if (code === 'NoSuchBucket') return noSuchBucketError(attempt.bucket, cause);
  if (attempt.key !== undefined && isNotFound(failure)) {
    return new ObjectNotFoundError(`Cannot ${attempt.doing}: there is no such object.`, {
      hint: 'Check the store and the name.',
      cause,
    });
  }
  const shown = shownCode(failure);
  if (isWrongRegion(failure)) {
    const where = bucketRegion === undefined ? 'another region' : `the region ${bucketRegion}`;
    return new StoreAccessError(`Cannot ${attempt.doing}: the bucket is in ${where} (${shown}).`, {
      hint: `Set the region of the store, as in s3://${attempt.bucket}?region=${bucketRegion ?? 'eu-central-1'}.`,
      cause,
    });
  }
  const [problem, hint] = isDenied(failure)
    ? (['access is denied', permissionHint(attempt)] as const)
    : (ACCESS.get(code) ?? byStatus(status) ?? []);
  if (problem !== undefined && hint !== undefined) {
    return new StoreAccessError(`Cannot ${attempt.doing}: ${problem} (${shown}).`, { hint, cause });
  }
  return new StoreUnavailableError(`Cannot ${attempt.doing}: ${troubleOf(code, status)} (${shown}).`, {
    hint:
      status === undefined
        ? `Check that ${attempt.endpoint ?? 'the S3 endpoint'} can be reached from here, then try again.`
        : 'Try again later; everything already written stays.',
    cause,
  });
}

const CREDENTIALS =
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.';
const CERTIFICATE = 'Name its certificate authority by NODE_EXTRA_CA_CERTS=/path/to/ca.pem.';
const RENEW = 'Get new credentials (aws sso login, or a new session) and run the same command again.';
const CLOCK = 'Set the clock of this machine.';

const untrusted: readonly [string, string] = ['the certificate of the endpoint is not trusted', CERTIFICATE];
const noCredentials: readonly [string, string] = ['no credentials were found', CREDENTIALS];
const expired: readonly [string, string] = ['the credentials have expired', RENEW];
const skewed: readonly [string, string] = ['the clock of this machine is wrong', CLOCK];
const archived: readonly [string, string] = [
  'the object is archived',
  'Restore it from its storage class first.',
];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ACCESS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['AccountProblem', ['the account has a problem', 'Ask who keeps the AWS account.']],
  ['InvalidAccessKeyId', ['the access key is not known there', CREDENTIALS]],
  ['SignatureDoesNotMatch', ['the secret key does not fit the access key', CREDENTIALS]],
  ['InvalidToken', ['the session token is not valid', RENEW]],
  ['ExpiredToken', expired],
  ['ExpiredTokenException', expired],
  ['TokenRefreshRequired', expired],
  ['RequestTimeTooSkewed', skewed],
  ['RequestExpired', skewed],
  ['CredentialsProviderError', noCredentials],
  ['TokenProviderError', noCredentials],
  ['ProviderError', noCredentials],
  [
    'RegionMissing',
    ['no region is set', 'Set AWS_REGION, or the region of the store as in s3://bucket?region=eu-central-1.'],
  ],
  ['InvalidBucketName', ['the name of the bucket is not valid', 'Correct the name of the bucket.']],
  ['InvalidObjectState', archived],
  ['KeyTooLongError', ['the key is too long', 'Use a shorter prefix.']],
  [
    'EntityTooLarge',
    ['the object is too large for this store', 'Use smaller parts, or raise the limit of the store.'],
  ],
  [
    'NotImplemented',
    ['the endpoint does not know this operation', 'Use a store that speaks all of S3, or a folder.'],
  ],
  ['CERT_HAS_EXPIRED', untrusted],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted],
]);

/** For the answers without a known code: those to HEAD have no body to tell one, those of proxies no XML. */
function byStatus(status: number | undefined): readonly [string, string] | undefined {
  if (status === undefined || status < 400 || status >= 500) return undefined;
  // A request that took too long, two that met, too many.
  if (status === 408 || status === 409 || status === 429) return undefined;
  if (status === 404) return ['nothing answers to that name', 'Check the bucket and the endpoint.'];
  return ['the store refused the request', 'Check the settings of the store.'];
}

/** Also without a known code, for a proxy's or a HEAD's answer has none; what is known otherwise is told as that. */
function isDenied({ code, status }: S3Failure): boolean {
  if (code === 'AccessDenied' || code === 'AllAccessDisabled') return true;
  return !ACCESS.has(code) && (status === 401 || status === 403);
}

/** What has to be allowed, and where. Not all that a store needs, for many a role is to have less on purpose. */
function permissionHint({ permission, bucket, prefix }: S3Attempt): string {
  const objects = `${bucket}/${prefix}*`;
  switch (permission) {
    case 's3:GetObject':
      return `Allow s3:GetObject on ${objects}, and s3:ListBucket on ${bucket}: without that, S3 answers so for an object that is missing.`;
    case 's3:PutObject':
      return `Allow s3:PutObject on ${objects} (and kms:GenerateDataKey on the key, where the bucket is encrypted with one of KMS). A role that may only create cannot overwrite.`;
    case 's3:DeleteObject':
      return `Allow s3:DeleteObject on ${objects}.`;
    case 's3:ListBucket':
      return `Allow s3:ListBucket on ${bucket}${prefix === '' ? '' : ` for the prefix ${prefix}*`}.`;
  }
}

function shownCode({ code, status }: S3Failure): string {
  if (status === undefined) return code;
  return /^\d+$|^Unknown/.test(code) ? `HTTP ${status}` : `${code}, HTTP ${status}`;
}

function isBug(error: unknown, { code, status }: S3Failure): error is Error {
  return error instanceof Error && status === undefined && /^(?:Type|Range|Reference)Error$/.test(code);
}

function isWrongRegion({ code, status, bucketRegion }: S3Failure): boolean {
  if (status === 301 || status === 307 || code === 'PermanentRedirect') return true;
  return code === 'AuthorizationHeaderMalformed' || (status === 400 && bucketRegion !== undefined);
}

function troubleOf(code: string, status: number | undefined): string {
  if (status === 429 || status === 503 || code === 'SlowDown') return 'the store asks to slow down';
  if (code === 'TimeoutError' || code === 'ETIMEDOUT' || status === 408) return 'no answer came in time';
  if (status === undefined) return 'the store cannot be reached';
  return 'the store failed';
}

/** Not the error itself: its members repeat the request, and a SignatureDoesNotMatch even the string that was signed. */
function summaryOf(failure: S3Failure): Error {
  const { requestId, code } = failure;
  const summary = new Error(
    requestId === undefined ? shownCode(failure) : `${shownCode(failure)}, request ${requestId}`,
  );
  summary.name = code;
  return summary;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
