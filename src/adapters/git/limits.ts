/** Bounds on what one read may bring into memory. */
export interface ReadLimits {
  readonly files: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of all files of one read. */
  readonly totalBytes: number;
}

/** Generous for configuration (a Kubernetes object is at most about 1.5 MiB in etcd), small enough to hold in memory. */
export const defaultLimits: ReadLimits = { files: 50_000, fileBytes: 8 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 };
