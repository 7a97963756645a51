/** What every role in the hall has in common. Drivers are supervised by the node; a device says what its role adds. */
export interface Device {
  readonly id: string;
  readonly role: string;
  start(): void;
  close(): Promise<void>;
  /** Goes into the device's retained state: paper left, what the board shows, whether the rating pad is armed. No personal data. */
  detail(): Readonly<Record<string, unknown>>;
  /** Told whenever `detail` changed; returns how to stop. */
  onDetail(listener: () => void): () => void;
}
