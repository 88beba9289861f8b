// Sequence numbers for frames that bring no time of their own, so that no two readings of one device share an identity.

/**
 * One per device. Device-timed records have sequence 0 at whole seconds; receipt-timed frames keep off those,
 * and count up where several arrive in one millisecond.
 */
export class ReceiptSlots {
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastSequence = 0;
  #lastOffset: { readonly minutes: number; readonly value: string } | null = null;

  /** @returns the sequence number of a frame received at `receivedAtMs`. */
  next(receivedAtMs: number): number {
    this.#lastSequence = receivedAtMs === this.#lastMs ? this.#lastSequence + 1 : Number(receivedAtMs % 1000 === 0);
    this.#lastMs = receivedAtMs;
    return this.#lastSequence;
  }

  /**
   * Offsets of glucose sensors count whole minutes. A second, different record in the same minute cannot be told
   * from the first by its offset.
   */
  repeatsMinute(minutes: number, value: string): boolean {
    const last = this.#lastOffset;
    if (last?.minutes === minutes) return last.value !== value;
    this.#lastOffset = { minutes, value };
    return false;
  }
}
