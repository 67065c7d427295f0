/** Loaded before a program: its clock is off by CLOCK_SHIFT_MS. What it measures with stays as it is, as on a machine whose time is wrong. */
const shift = Number(process.env['CLOCK_SHIFT_MS'] ?? 0)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift)
    else super(...given)
  }

  static now() {
    return RealDate.now() + shift
  }
}
