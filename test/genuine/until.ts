const POLL_MS = 200;

/** Waits until a condition holds; throws with `what` after `seconds`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 90): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
