// A zip archive of small files, for the Python wheel. The same files give the same bytes: no times, no names of users.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  path: string;
  content: Buffer;
}

/** 1980-01-01, the first day that the format can name. */
const DATE = 0x21;
const VERSION = 20;
const MADE_ON_UNIX = (3 << 8) | VERSION;
const NAMES_ARE_UTF_8 = 0x800;
const DEFLATED = 8;
/** A plain file, rw-r--r--. */
const MODE = (0o100644 << 16) >>> 0;

/** What the entry and the directory have in common: 26 bytes. */
const headOf = (name: Buffer, content: Buffer, packed: Buffer): Buffer => {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(VERSION, 0);
  head.writeUInt16LE(NAMES_ARE_UTF_8, 2);
  head.writeUInt16LE(DEFLATED, 4);
  head.writeUInt16LE(DATE, 8);
  head.writeUInt32LE(crc32(content), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
};

/** The format is PKWARE's APPNOTE 6.3, without its 64-bit part: at most 65,535 files and 4 GB. */
export const zip = (files: readonly ZipFile[]): Buffer => {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content } of files) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, { level: 9 });
    const head = headOf(name, content, packed);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), head, name, packed]);
    // Comment, disk, internal attributes: none.
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(MODE, 6);
    tail.writeUInt32LE(offset, 10);
    const madeOn = Buffer.alloc(2);
    madeOn.writeUInt16LE(MADE_ON_UNIX, 0);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeOn, head, tail, name]));
    entries.push(entry);
    offset += entry.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...entries, listed, Buffer.from('PK\x05\x06'), end]);
};
