/**
 * Somebody else wrote what this transaction had taken to be free, or merged a member it had found: it has to begin
 * anew, and will then see it.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
