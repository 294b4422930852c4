/** The id of a made-up thing: 32 hex digits. */
export function zoneId(n: number): string {
  return n.toString(16).padStart(32, '0');
}
