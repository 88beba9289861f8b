// A wearable's memory that tells what the console has had it forget: the records that are acknowledged.
import { RecordStore } from '../../firmware/raspberry-pi/index.ts';

export class WatchedStore extends RecordStore {
  acknowledgedUpTo = 0;

  override acknowledge(way: string, sequence: number): void {
    this.acknowledgedUpTo = Math.max(this.acknowledgedUpTo, sequence);
    super.acknowledge(way, sequence);
  }
}
