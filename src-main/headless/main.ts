// Entry of the `lanceur` command.
import process from 'node:process';
import { runProcess } from './run-process.ts';

runProcess({ argv: process.argv.slice(2) });
