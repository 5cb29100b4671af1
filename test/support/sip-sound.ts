import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const RATE = 8_000;
const HEADER_BYTES = 12;
const PCMU = 0;
const KEYS = '0123456789*#';
/** A key lasts as long as the packets that tell of it; the last ones say that it is over. */
const KEY_PACKETS = 8;
const EVENT_TYPE = 101;

/** The sound side of a called phone: keeps what it hears, and presses keys as RFC 4733 has it. */
export interface SipEar {
  readonly port: number;
  /** Everything heard so far, in order. */
  heard(): Float32Array;
  /** Resolves when so many seconds of sound have come. */
  hears(seconds: number): Promise<void>;
  press(key: string): void;
  close(): void;
}

export async function openSipEar(): Promise<SipEar> {
  const socket = createSocket('udp4');
  const packets = new Map<number, Buffer>();
  let caller: number | null = null;
  let highest = 0;
  socket.on('message', (packet, { port }) => {
    if (((packet[1] ?? 0) & 0x7f) !== PCMU) return;
    caller = port;
    // Sequence numbers have 16 bits; a call that passes the end of them goes on behind it.
    const low = packet.readUInt16BE(2);
    const turns = Math.floor(highest / 65_536);
    const number = turns * 65_536 + low + (low + 32_768 < highest % 65_536 ? 65_536 : 0);
    highest = Math.max(highest, number);
    packets.set(number, packet.subarray(HEADER_BYTES));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const samplesHeard = (): number => [...packets.values()].reduce((sum, payload) => sum + payload.length, 0);
  return {
    port: socket.address().port,
    heard() {
      const ordered = [...packets].sort(([a], [b]) => a - b).map(([, payload]) => payload);
      return Float32Array.from(Buffer.concat(ordered), (byte) => fromMuLaw(byte));
    },
    async hears(seconds) {
      while (samplesHeard() < seconds * RATE) await once(socket, 'message');
    },
    press(key) {
      if (caller === null) throw new Error('nobody has been heard yet: where should the key go?');
      for (let no = 0; no < KEY_PACKETS; no += 1) socket.send(keyPacket(key, no), caller, '127.0.0.1');
    },
    close: () => socket.close(),
  };
}

function keyPacket(key: string, no: number): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + 4);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(EVENT_TYPE | (no === 0 ? 0x80 : 0), 1);
  packet.writeUInt16BE(1_000 + no, 2);
  packet.writeUInt32BE(160, 4);
  packet.writeUInt32BE(0x5eed, 8);
  packet.writeUInt8(KEYS.indexOf(key), 12);
  packet.writeUInt8((no >= KEY_PACKETS - 3 ? 0x80 : 0) | 10, 13);
  packet.writeUInt16BE((no + 1) * 160, 14);
  return packet;
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa, all of them inverted. */
function fromMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 0x07)) - 0x84;
  return (bits & 0x80 ? -magnitude : magnitude) / 32_768;
}

/** Long enough to be found nowhere else, short enough to be looked for everywhere. */
const PATTERN_SAMPLES = RATE / 2;
/** The place is looked for in a quarter of the samples first; most of a voice lies below 1 kHz. */
const COARSE = 4;

/**
 * How much what was heard is like what was said: the normalised cross-correlation over the whole of what was said, at
 * the place where its loudest half second fits best. 1 is the same sound, 0 nothing in common; silence is 0.
 */
export function likeness(heard: Float32Array, said: Float32Array): number {
  const from = loudest(said, PATTERN_SAMPLES);
  const pattern = said.subarray(from, from + PATTERN_SAMPLES);
  const roughly = COARSE * bestPlace(coarse(heard), coarse(pattern));
  const near = Math.max(0, roughly - 2 * COARSE);
  const start = near + bestPlace(heard.subarray(near, near + PATTERN_SAMPLES + 4 * COARSE), pattern) - from;
  const first = Math.max(0, -start);
  const part = said.subarray(first, Math.min(said.length, heard.length - start));
  const there = heard.subarray(start + first, start + first + part.length);
  const energy = dot(said, 0, said) * dot(there, 0, there);
  return energy === 0 ? 0 : dot(there, 0, part) / Math.sqrt(energy);
}

function bestPlace(sound: Float32Array, pattern: Float32Array): number {
  let best = { at: 0, value: Number.NEGATIVE_INFINITY };
  for (let at = 0; at + pattern.length <= sound.length; at += 1) {
    const value = dot(sound, at, pattern);
    if (value > best.value) best = { at, value };
  }
  return best.at;
}

/** Means of neighbours: a crude filter, and enough of one. */
function coarse(sound: Float32Array): Float32Array {
  const all = new Float32Array(Math.floor(sound.length / COARSE));
  for (let index = 0; index < all.length * COARSE; index += 1) {
    const at = Math.floor(index / COARSE);
    all[at] = (all[at] ?? 0) + (sound[index] ?? 0) / COARSE;
  }
  return all;
}

function loudest(sound: Float32Array, length: number): number {
  let best = { at: 0, energy: -1 };
  for (let at = 0; at + length <= sound.length; at += length / 8) {
    const part = sound.subarray(at, at + length);
    const energy = dot(part, 0, part);
    if (energy > best.energy) best = { at, energy };
  }
  return best.at;
}

function dot(left: Float32Array, at: number, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < right.length; index += 1) sum += (left[at + index] ?? 0) * (right[index] ?? 0);
  return sum;
}
