import { Gauge, type Registry } from 'prom-client';

/** A gauge without labels; each scrape reads its value. */
export const gauge = (
  registers: Registry[],
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void => {
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      this.set(await read());
    },
  });
};
