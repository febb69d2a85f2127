import { crc32, inflateRawSync } from "node:zlib";

type Part = { name: string; data: Buffer };

/** The parts of a workbook, which is a zip. */
function unzip(file: Buffer): Part[] {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = file.readUInt32LE(end + 16);
  return Array.from({ length: file.readUInt16LE(end + 10) }, () => {
    const [method, size, nameLength, extra, comment, local] = [
      file.readUInt16LE(at + 10),
      file.readUInt32LE(at + 20),
      file.readUInt16LE(at + 28),
      file.readUInt16LE(at + 30),
      file.readUInt16LE(at + 32),
      file.readUInt32LE(at + 42),
    ];
    const name = file.toString("utf8", at + 46, at + 46 + nameLength);
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const packed = file.subarray(from, from + size);
    at += 46 + nameLength + extra + comment;
    return { name, data: method === 8 ? inflateRawSync(packed) : packed };
  });
}

/** The parts as a zip again, stored as they are. */
function zip(parts: Part[]): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, data } of parts) {
    const title = Buffer.from(name);
    const common = Buffer.alloc(26); // from the version needed to the length of extras
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(title.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    entries.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, rest, title);
    bodies.push(Buffer.from([0x50, 0x4b, 3, 4]), common, title, data);
    at += 30 + title.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** A workbook with a text that stands in it exactly once replaced, as somebody who edits one cell would leave it. */
export function withCell(file: Buffer, old: string, now: string): Buffer {
  let found = 0;
  const parts = unzip(file).map((p) => {
    const xml = p.data.toString("utf8");
    const pieces = p.name.endsWith(".xml") ? xml.split(`>${old}<`) : [xml];
    found += pieces.length - 1;
    return pieces.length > 1 ? { ...p, data: Buffer.from(pieces.join(`>${now}<`)) } : p;
  });
  if (found !== 1) throw new Error(`“${old}” stands ${found} times in the workbook`);
  return zip(parts);
}
