export class Random {
  constructor(seed: number, reader: string, number: number);
}
