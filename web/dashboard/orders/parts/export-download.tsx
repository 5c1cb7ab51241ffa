// A download with progress. Without JavaScript it is a plain link. With it, the file is read as a stream: rows are counted, and parts
// are passed to the browser as Blobs, which can keep large ones on disk.
import { useEffect, useRef, useState } from 'react';
import { Button } from '#web/ui/button.tsx';
import { countText } from '#web/ui/count-text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { rowCounter } from './csv-rows.ts';

interface ExportDownloadProps {
  url: string;
  fileName: string;
  /** The approximate number of rows; null when unknown. */
  expected: number | null;
}

type Progress = { state: 'idle' | 'failed' | 'logged-out' | 'done' | 'running'; rows: number };

/** The session has ended: the response is a log-in page. */
class LoggedOut extends Error {}

const IDLE: Progress = { state: 'idle', rows: 0 };
/** Parts are joined into a Blob at this size. */
const JOIN_BYTES = 8 * 1024 * 1024;

const group = (rows: number): string => rows.toLocaleString('en-US');

export function ExportDownload({ url, fileName, expected }: ExportDownloadProps) {
  const [progress, setProgress] = useState(IDLE);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setProgress({ state: 'running', rows: 0 });
    try {
      const { file, rows } = await readFile(url, controller.signal, (soFar) =>
        setProgress({ state: 'running', rows: soFar }),
      );
      save(file, fileName);
      setProgress({ state: 'done', rows });
    } catch (error) {
      const state = error instanceof LoggedOut ? 'logged-out' : 'failed';
      setProgress(controller.signal.aborted ? IDLE : { state, rows: 0 });
    }
  };

  const { state, rows } = progress;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <a
          href={url}
          download={fileName}
          className="button button-primary px-3 text-sm"
          aria-disabled={state === 'running' || undefined}
          onClick={(event) => {
            event.preventDefault();
            if (state !== 'running') void start();
          }}
        >
          Download CSV
        </a>
        {state === 'running' ? <Button onClick={() => running.current?.abort()}>Stop</Button> : null}
      </div>
      {state === 'running' ? (
        <div className="grid gap-1 text-sm">
          <progress
            className="w-full max-w-md accent-brand"
            aria-label="Export"
            {...(expected ? { max: expected, value: Math.min(rows, expected) } : {})}
          />
          <p className="tabular-nums">
            {countText(rows, 'row')} so far{expected ? ` of about ${group(expected)}` : ''}
          </p>
        </div>
      ) : null}
      <div role="status">
        {state === 'done' ? (
          <Notice tone="ok">{`${countText(rows, 'row')} ${rows === 1 ? 'is' : 'are'} in the file.`}</Notice>
        ) : null}
      </div>
      {state === 'logged-out' ? (
        <Notice tone="bad" title="You are logged out">
          Nothing was saved. Reload this page to log in, then download again.
        </Notice>
      ) : null}
      {state === 'failed' ? (
        <Notice tone="bad" title="The export stopped">
          The connection was lost before the end. Nothing was saved; download again.
        </Notice>
      ) : null}
    </div>
  );
}

const readFile = async (
  url: string,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<{ file: Blob; rows: number }> => {
  const response = await fetch(url, { signal });
  if (response.redirected || response.status === 401) throw new LoggedOut();
  if (!response.ok || !response.body) throw new Error(`export responded with ${response.status}`);
  const reader = response.body.getReader();
  let whole = new Blob([], { type: 'text/csv' });
  let parts: BlobPart[] = [];
  let partBytes = 0;
  const count = rowCounter();
  let rows = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (value) {
      parts.push(value as BlobPart);
      partBytes += value.byteLength;
      rows = count(value);
      onRows(rows);
    }
    if (done || partBytes > JOIN_BYTES) {
      whole = new Blob([whole, ...parts], { type: 'text/csv' });
      parts = [];
      partBytes = 0;
    }
    if (done) return { file: whole, rows };
  }
};

const save = (file: Blob, fileName: string): void => {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // By then the download has read the file.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
