// Import first: puts the process into the zone of the users, and fails where that has no effect.
process.env['TZ'] = 'Europe/Paris';

const summerTimeBegins = new Date(2027, 2, 28, 3, 0).getTime();
if (summerTimeBegins !== Date.UTC(2027, 2, 28, 1, 0)) {
  throw new Error(
    `these tests need the zone Europe/Paris; this process is in ${String(new Date())}`,
  );
}
