import { defineEvent } from 'batpak';

/** A sensor has measured. */
export const Measured = defineEvent<{ celsius: number }>({ name: 'sensor.measured' });

/** No more will come. */
export const Closed = defineEvent<null>({ name: 'station.closed' });
