// @ts-check
/** The hall's page: puts every panel in its place and follows the live feed. */
import { mountGuide } from './guide.js';
import { mountHallBoard, mountQueues } from './hall-view.js';
import { mountHeader, mountTrouble } from './header.js';
import { mountKiosks } from './kiosks.js';
import { LiveHall } from './live.js';
import { mountSide } from './side.js';
import { fillTexts } from './text.js';
import { mountWindows } from './windows.js';

fillTexts(document);
const hall = new LiveHall();
const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
mountHeader(place('top'), hall);
mountTrouble(place('trouble'), hall);
mountGuide(place('guide'), hall);
mountKiosks(place('kiosks'), hall);
mountHallBoard(place('hall-board'), hall);
mountQueues(place('queues'), hall);
mountWindows(place('windows'), hall);
mountSide(place('side'), hall);
hall.start();
