import type { ListObjectVersionsOutput } from '@aws-sdk/client-s3';

/** Where the next page of a listing of versions begins. */
interface Markers {
  readonly KeyMarker?: string | undefined;
  readonly VersionIdMarker?: string | undefined;
}

/** The ids of the versions and delete markers of one object; with `older`, without the current one. */
export async function* versionsOf(
  objectKey: string,
  which: 'older' | 'all',
  page: (markers: Markers) => Promise<ListObjectVersionsOutput>,
): AsyncGenerator<string> {
  let markers: Markers | undefined = {};
  while (markers) {
    const { Versions, DeleteMarkers, ...next } = await page(markers);
    for (const { Key, VersionId, IsLatest } of [...(Versions ?? []), ...(DeleteMarkers ?? [])]) {
      // Other keys can begin with this one.
      if (Key === objectKey && VersionId !== undefined && (which === 'all' || IsLatest === false))
        yield VersionId;
    }
    markers =
      next.IsTruncated === true
        ? { KeyMarker: next.NextKeyMarker, VersionIdMarker: next.NextVersionIdMarker }
        : undefined;
  }
}
