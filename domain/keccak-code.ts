// Keccak-f[1600] (FIPS 202, section 3) as WebAssembly: it has numbers of 64 bits, which JavaScript has not, so that a block takes a fifth of the
// time. The code is put together here, instruction by instruction, so that nothing has to be compiled or downloaded.

/** Where things are in the module's memory. */
export const MEMORY = {
  /** 25 lanes of 8 bytes. */
  state: 0,
  /** 24 constants of 8 bytes. */
  rounds: 256,
  /** The next bytes of the message. */
  block: 512,
} as const;

const LANES = 25;
const ROUNDS = 24;
/** Lanes that take a part of the message, for a hash of 256 bits. */
const RATE_LANES = 17;
export const RATE = RATE_LANES * 8;

const I32 = 0x7f;
const I64 = 0x7e;
const OP = {
  loop: [0x03, 0x40],
  end: [0x0b],
  again: [0x0d, 0x00],
  add32: [0x6a],
  notEqual32: [0x47],
  and: [0x83],
  xor: [0x85],
  rotl: [0x89],
} as const;

/** LEB128 of a number below 2^28. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >> 7)];
/** The same with a bit for the sign, for numbers that are not negative. */
const signed = (value: number): number[] => (value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]);

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const const32 = (value: number): number[] => [0x41, ...signed(value)];
const const64 = (value: number): number[] => [0x42, ...signed(value)];
const ALL_BITS = [0x42, 0x7f];
/** Of 8 bytes at an address on the stack and an offset. */
const load = (offset: number): number[] => [0x29, 3, ...unsigned(offset)];
const store = (offset: number): number[] => [0x37, 3, ...unsigned(offset)];

/** Local variables of the function: a pointer, the lanes, the lanes moved to their places, the parities of the columns, a column's sum. */
const POINTER = 0;
const lane = (x: number, y: number): number => 1 + (x % 5) + 5 * y;
const moved = (x: number, y: number): number => 1 + LANES + (x % 5) + 5 * y;
const parity = (x: number): number => 1 + 2 * LANES + (x % 5);
const SUM = 1 + 2 * LANES + 5;
const LONG_LOCALS = SUM;

const FIVE = [0, 1, 2, 3, 4];
const everyLane = (code: (x: number, y: number) => number[]): number[] =>
  FIVE.flatMap((y) => FIVE.flatMap((x) => code(x, y)));
const addressOf = (x: number, y: number): number => MEMORY.state + 8 * (x + 5 * y);

/** By how many bits each lane turns, by `x + 5 y`. */
const turns = (): number[] => {
  const by = new Array<number>(LANES).fill(0);
  let [x, y] = [1, 0];
  for (let step = 0; step < ROUNDS; step += 1) {
    by[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return by;
};

const oneRound = (): number[] => {
  const by = turns();
  const theta = FIVE.flatMap((x) => [
    ...get(lane(x, 0)),
    ...[1, 2, 3, 4].flatMap((y) => [...get(lane(x, y)), ...OP.xor]),
    ...set(parity(x)),
  ]);
  const rhoAndPi = FIVE.flatMap((x) => [
    ...get(parity(x + 4)),
    ...[...get(parity(x + 1)), ...const64(1), ...OP.rotl],
    ...[...OP.xor, ...set(SUM)],
    ...FIVE.flatMap((y) => [
      ...[...get(lane(x, y)), ...get(SUM), ...OP.xor],
      ...[...const64(by[x + 5 * y] ?? 0), ...OP.rotl],
      ...set(moved(y, (2 * x + 3 * y) % 5)),
    ]),
  ]);
  const chi = everyLane((x, y) => [
    ...get(moved(x, y)),
    ...[...get(moved(x + 1, y)), ...ALL_BITS, ...OP.xor],
    ...[...get(moved(x + 2, y)), ...OP.and],
    ...[...OP.xor, ...set(lane(x, y))],
  ]);
  const iota = [...get(lane(0, 0)), ...get(POINTER), ...load(0), ...OP.xor, ...set(lane(0, 0))];
  return [...theta, ...rhoAndPi, ...chi, ...iota];
};

/** Adds the block to the state, then 24 rounds. */
const absorb = (): number[] => [
  ...everyLane((x, y) => {
    const at = addressOf(x, y);
    const message = [...const32(0), ...load(MEMORY.block + at - MEMORY.state), ...OP.xor];
    return [...const32(0), ...load(at), ...(x + 5 * y < RATE_LANES ? message : []), ...set(lane(x, y))];
  }),
  ...[...const32(MEMORY.rounds), ...set(POINTER)],
  ...[...OP.loop, ...oneRound()],
  ...[...get(POINTER), ...const32(8), ...OP.add32, ...tee(POINTER)],
  ...[...const32(MEMORY.rounds + 8 * ROUNDS), ...OP.notEqual32, ...OP.again, ...OP.end],
  ...everyLane((x, y) => [...const32(0), ...get(lane(x, y)), ...store(addressOf(x, y))]),
  ...OP.end,
];

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const named = (name: string, kind: number): number[] => [name.length, ...new TextEncoder().encode(name), kind, 0];

/** The module: exports `memory` and `absorb`, without parameters and result. */
export const moduleCode = (): Uint8Array<ArrayBuffer> => {
  const locals = [2, 1, I32, LONG_LOCALS, I64];
  const body = [...locals, ...absorb()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...named('memory', 2), ...named('absorb', 0)]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
};

/** The constants of the rounds: bits of a shift register (FIPS 202, section 3.2.5). */
export const roundConstants = (): BigUint64Array => {
  let register = 1;
  const nextBit = (): bigint => {
    const bit = BigInt(register & 1);
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    return bit;
  };
  return BigUint64Array.from({ length: ROUNDS }, () =>
    FIVE.concat(5, 6).reduce((word, place) => word | (nextBit() << BigInt(2 ** place - 1)), 0n),
  );
};
