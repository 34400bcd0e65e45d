/** What a command knows about the process it runs in; the entry builds it once, and tests build their own. */
export interface CommandContext {
  /** Results. */
  readonly stdout: (text: string) => void;
  /** Progress, logs and errors. */
  readonly stderr: (text: string) => void;
  /** Absolute; relative paths of options count from here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /** The process ends with it after everything was printed (contracts.md section 2). */
  readonly setExitCode: (code: number) => void;
}
