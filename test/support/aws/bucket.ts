/**
 * @module
 */
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** Deletes every version of every object, and every delete marker. */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  for (;;) {
    // Always the first page: what it named is gone afterwards.
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(
      ({ Key: key, VersionId: version }) => (key === undefined ? [] : [{ Key: key, VersionId: version }]),
    );
    if (objects.length === 0) return;
    const { Errors: errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: objects, Quiet: true },
      }),
    );
    if (errors.length > 0) throw new Error(`${bucket} cannot be emptied: ${JSON.stringify(errors[0])}`);
  }
}
