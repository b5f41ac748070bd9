// The browser's name and version, for a run's record.

export function browserName(): string {
  const { brands } =
    (navigator as { userAgentData?: { brands: { brand: string; version: string }[] } }).userAgentData ?? {}
  const known = brands
    ?.filter(({ brand }) => !/not.?a.?brand/i.test(brand))
    .map(({ brand, version }) => `${brand} ${version}`)
  return known?.join(', ') || navigator.userAgent
}
