/** A host's wire to one Bluetooth controller: whole H4 packets, type byte included, in both directions. */
export interface HciLink {
  write(packet: Uint8Array): void;
  /** One listener; packets are only valid during the call. */
  onPacket(listener: (packet: Uint8Array) => void): void;
  /** Called once when the link ends without our doing. */
  onLost(listener: (reason: string) => void): void;
  close(): void;
}
