// The position a camera wrote into a JPEG (Exif 2.32, GPS IFD), in WGS84 degrees.

export type Position = { lat: number; lon: number };

export async function readPosition(file: Blob): Promise<Position | undefined> {
  try {
    return find(new DataView(await file.slice(0, 256 * 1024).arrayBuffer()));
  } catch {
    return undefined; // no Exif, or a broken one
  }
}

// find walks the JPEG's segments to APP1 "Exif".
function find(data: DataView): Position | undefined {
  if (data.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 4 < data.byteLength; ) {
    const marker = data.getUint16(at);
    if (marker === 0xffe1 && data.getUint32(at + 4) === 0x45786966) return gps(data, at + 10);
    if (marker === 0xffda || marker >> 8 !== 0xff) return undefined;
    at += 2 + data.getUint16(at + 2);
  }
  return undefined;
}

function gps(data: DataView, tiff: number): Position | undefined {
  const little = data.getUint16(tiff) === 0x4949;
  const u16 = (at: number) => data.getUint16(tiff + at, little);
  const u32 = (at: number) => data.getUint32(tiff + at, little);

  const entry = (ifd: number, tag: number): number | undefined => {
    for (let i = 0; i < u16(ifd); i++) {
      const at = ifd + 2 + i * 12;
      if (u16(at) === tag) return at;
    }
    return undefined;
  };
  const degrees = (ifd: number, tag: number): number => {
    const at = u32(entry(ifd, tag)! + 8);
    const part = (i: number) => u32(at + i * 8) / u32(at + i * 8 + 4);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const letter = (ifd: number, tag: number) => String.fromCharCode(data.getUint8(tiff + entry(ifd, tag)! + 8));

  const pointer = entry(u32(4), 0x8825);
  if (pointer === undefined) return undefined;
  const ifd = u32(pointer + 8);
  const lat = degrees(ifd, 2) * (letter(ifd, 1) === "S" ? -1 : 1);
  const lon = degrees(ifd, 4) * (letter(ifd, 3) === "W" ? -1 : 1);
  return Number.isFinite(lat) && Number.isFinite(lon) && (lat || lon) ? { lat, lon } : undefined;
}
