import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const STORE_YAML = `apiVersion: pharos/v1
kind: Store
metadata: { id: taipei-1, name: 台北一店 }
spec: { timeZone: Asia/Taipei, hours: 00:00-24:00 }
`;

export const CAMPAIGN_YAML = `apiVersion: pharos/v1
kind: Campaign
metadata: { id: spring-tea, name: 春茶八折 }
spec:
  trigger: { on: enter, at: { stores: [taipei-*], zones: [entrance] } }
  active: { from: 2026-12-01, until: 2099-12-31, hours: 11:00-20:00 }
  offer:
    coupon: { value: { percent: 20 }, redeemableAt: [taipei-*] }
    message: { template: messages/spring-tea.liquid.json }
  limits: { perMember: { max: 1, per: P30D }, stock: 5000 }
`;

export const TEMPLATE = '{ "type": "text", "text": "{{ coupon.value }}: {{ coupon.code }}" }\n';

/** A new folder with these files; gone when disposed of. */
export function folderOf(files: Readonly<Record<string, string>>): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'pharos-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
