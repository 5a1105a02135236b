/** What people did and what became of it before the service had a say. */
export interface Lived {
  readonly people: number;
  readonly friends: number;
  readonly carriers: number;
  /** Walks past a door. */
  passes: number;
  /** Why a phone did not report a beacon it passed, by reason. */
  readonly silent: Map<string, number>;
  /** Coupons shown at a till: taken, and refused by code. */
  redeemed: number;
  readonly refusedAtTill: Map<string, number>;
}

export const countUp = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
