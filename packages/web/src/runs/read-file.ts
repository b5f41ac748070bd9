// What a visitor's file says: the JSON of a run or report, which may lie in an archive of `nanoalign runs export`.

const MAX_JSON_BYTES = 2 ** 26
const MAX_ARCHIVE_BYTES = 2 ** 30

/** @throws Error in words for the visitor. */
export async function readRunFile(file: Blob): Promise<string> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  const { isZip, unpackRun } = await import('@nanoalign/experiments') // not part of the first load
  const most = isZip(start) ? MAX_ARCHIVE_BYTES : MAX_JSON_BYTES
  if (file.size > most) throw new Error(`this file has more than ${most / 2 ** 20} MiB`)
  if (!isZip(start)) return file.text()
  const { report, id } = unpackRun(new Uint8Array(await file.arrayBuffer()))
  if (!report) throw new Error(`run ${id} had no report yet when it was exported`)
  return new TextDecoder().decode(report)
}
