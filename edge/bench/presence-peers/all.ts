import { bermuda } from './bermuda.ts';
import { espresense } from './espresense.ts';
import { habluetooth } from './habluetooth.ts';
import { roomAssistant } from './room-assistant.ts';
import type { PeerRule } from './rule.ts';

export const PEER_RULES: readonly PeerRule[] = [roomAssistant, espresense, bermuda, habluetooth];
