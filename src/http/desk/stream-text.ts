/** How a stream is sent and answered, for the specification. */
export const STREAM_DESCRIPTION = `
Send newline-delimited JSON (application/x-ndjson), one registration a line, as for
POST /v1/identifiers; any number of lines. Each line is answered with one line:
{"line":1,"handle":"88.118.8/P1","result":"created"}, or with "code" and "errors" when it was
refused. Lines are stored in batches, each in one transaction; a line that was answered as done is
on the disk. The last line is {"summary":{…}}. A line that is refused stores nothing and leaves the
others as they are. With results=failed only refused lines are answered.
`.trim()
