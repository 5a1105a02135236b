import type { Line, YamlComplaint, YamlTrouble } from './yaml-lines.ts';

/** What people type that is no YAML, told from the line at which its parser stumbles. */
export type Slip = (seen: Seen) => YamlTrouble | undefined;

export interface Seen {
  readonly text: string;
  readonly offset: number;
  readonly line: Line;
  readonly complaint: YamlComplaint;
}
