/** `--arms none,sft`, `--seeds 4,5`; one seed alone is not `--seeds 4`, which means four of them. */
export function asFlag(name: string, value: unknown): string {
  if (name === 'seeds' && Array.isArray(value) && value.length === 1) return `--seed ${value[0]} --seeds 1`
  return `--${name} ${value}`
}
