// English and German, by the browser's language. `t('selected', { n: 3 })`; a text with `|` has a singular and a plural, by `n`.

const en = {
  skip: 'Skip to the photos', home: 'All photos', photos: 'Photos', search: 'Search names, captions, prompts', tools: 'Tools', filters: 'Filters', menu: 'Menu',
  upload: 'Upload', messages: 'Messages', close: 'Close', cancel: 'Cancel', undo: 'Undo', retry: 'Try again', save: 'Save', apply: 'Show', clear: 'Clear all',
  items: '{n} item|{n} items', about: 'about {n}', selected: '{n} selected|{n} selected', timeline: 'Timeline', loading: 'Loading …',
  processing: 'being processed', photo: 'Photo', video: 'Video', audio: 'Audio', file: 'File', select: 'Select', isSelected: 'selected',
  empty: 'No photos yet', emptyHint: 'Drop files or a folder anywhere on this page, paste a picture, or choose some.', nothing: 'Nothing matches', nothingHint: 'Take a filter away, or search for something else.',
  trashEmpty: 'The trash is empty', trashHint: 'What you delete is kept here for a while, if this server keeps a trash.',
  offline: 'The server cannot be reached.', online: 'Connected again.', failed: 'That did not work: {why}',
  unselect: 'Clear the selection', slideshow: 'Slideshow', download: 'Download', delete: 'Delete', deleteForever: 'Delete for good', restore: 'Restore',
  deleted: '{n} item deleted|{n} items deleted', restored: '{n} item restored|{n} items restored', gone: '{n} item deleted for good|{n} items deleted for good',
  cannotRestore: 'It is gone: this server keeps no trash.', sureTitle: 'Delete for good?', sureText: '{n} item will be deleted and cannot be brought back.|{n} items will be deleted and cannot be brought back.',
  recent: 'Recently added', bySize: 'Largest first', trash: 'Trash', similar: 'Similar pictures', stats: 'Statistics', theme: 'Appearance', library: 'Library', signOut: 'Sign out', folder: 'Upload a folder', help: 'Keyboard',
  previous: 'Previous', next: 'Next', info: 'Information', copyLink: 'Copy link', copied: 'Link copied', copiedUntil: 'Link copied; good until {when}', zoom: 'Zoom', pause: 'Pause', play: 'Play', viewer: 'Viewer', position: '{n} of {of}',
  details: 'Details', taken: 'Taken', uploadedAt: 'Uploaded', undated: 'No date in the file: shown by its upload', noZone: 'time zone unknown', camera: 'Camera', lens: 'Lens', exposure: 'Exposure', dimensions: 'Size', place: 'Place', apps: 'Apps', app: 'App', name: 'Name', caption: 'Caption', software: 'Software', duration: 'Duration',
  edit: 'Edit', date: 'Date and time', offset: 'Offset from UTC', offsetHint: 'like +02:00; empty for the file’s own, or unknown with another date than the file’s', latitude: 'Latitude', longitude: 'Longitude', placeHint: 'Click the map, or type degrees; empty for the file’s own place, if it has one.', saved: 'Saved', badPlace: 'Latitude is −90 to 90 and longitude −180 to 180.',
  notPicture: 'This file cannot be shown here.', notReady: 'This picture is still being processed.', broken: 'This picture cannot be decoded: {why}',
  any: 'Any', type: 'Type', pictures: 'All pictures', videos: 'All videos', from: 'From', to: 'To', located: 'Place', withPlace: 'With a place', mapHint: 'Drag over the map to choose an area, or click a dot.', area: 'Area', west: 'West', south: 'South', east: 'East', north: 'North', remove: 'Remove filter: {what}', since: 'from {date}', until: 'until {date}', mapLabel: 'Map of the world', clusterLabel: '{n} picture here|{n} pictures here',
  uploads: 'Uploads', uploadDone: '{n} file uploaded|{n} files uploaded', uploadBusy: 'Uploading {n} file|Uploading {n} files', already: 'Already in your library', backFromTrash: 'Back from the trash', waiting: 'Waiting', checking: 'Checking', sending: 'Uploading', done: 'Done', stopUpload: 'Cancel', stopTitle: 'Stop uploading?', stopText: '{n} file is not uploaded yet.|{n} files are not uploaded yet.', stopAll: 'Stop', drop: 'Drop to upload', tooLarge: 'The file is too large.', emptyFile: 'The file is empty.', unsupported: 'This kind of file is not accepted.', noRoom: 'There is no room left on the server.', overQuota: 'Your storage is used up.', tooOften: 'Too much at once; please try again later.', tooManyUploads: 'Too many uploads are unfinished; please try again later.', unreadable: 'The picture cannot be read.', tooManyPixels: 'The picture has too many pixels.', notProcessed: 'The picture could not be processed.', busy: 'The server is busy.', lost: 'The connection was lost.', overall: 'All uploads', failures: '{n} failed|{n} failed', minimise: 'Hide finished',
  signIn: 'Sign in', signInText: 'This library is not open to everybody. Paste a token, or a service key with the user whose library you want to see.', token: 'Token or service key', user: 'User', userHint: 'only with a service key', refused: 'That was not accepted.', owner: 'Whose library', ownerText: 'This server is open: anybody may look at any library. Whose do you want to see?', ownerHint: 'A user name or id; empty for the common library', switchTo: 'Switch',
  system: 'System', light: 'Light', dark: 'Dark', paper: 'Paper', sand: 'Sand', forest: 'Forest', dusk: 'Dusk', mode: 'Light or dark', colours: 'Colours',
  total: 'Files', used: 'Storage', savedBytes: 'Saved by keeping equal files once', byYear: 'By year of taking', byApp: 'By app', noApp: 'no app',
  keyCtrl: 'Ctrl', keyDelete: 'Del', helpMove: 'Move', helpOpen: 'Open', helpSelect: 'Select', helpRange: 'Select a range', helpAll: 'Select the month', helpDelete: 'Delete', helpInfo: 'Information', helpZoom: 'Zoom', helpSearch: 'Search', helpUpload: 'Upload', helpClose: 'Close, or clear the selection',
};

const de = {
  skip: 'Zu den Fotos springen', home: 'Alle Fotos', photos: 'Fotos', search: 'Namen, Beschreibungen, Prompts durchsuchen', tools: 'Werkzeuge', filters: 'Filter', menu: 'Menü',
  upload: 'Hochladen', messages: 'Meldungen', close: 'Schließen', cancel: 'Abbrechen', undo: 'Rückgängig', retry: 'Noch einmal', save: 'Speichern', apply: 'Anzeigen', clear: 'Alle entfernen',
  items: '{n} Element|{n} Elemente', about: 'etwa {n}', selected: '{n} ausgewählt|{n} ausgewählt', timeline: 'Zeitleiste', loading: 'Lädt …',
  processing: 'wird verarbeitet', photo: 'Foto', video: 'Video', audio: 'Audio', file: 'Datei', select: 'Auswählen', isSelected: 'ausgewählt',
  empty: 'Noch keine Fotos', emptyHint: 'Dateien oder einen Ordner irgendwo auf die Seite ziehen, ein Bild einfügen oder welche auswählen.', nothing: 'Nichts gefunden', nothingHint: 'Einen Filter entfernen oder etwas anderes suchen.',
  trashEmpty: 'Der Papierkorb ist leer', trashHint: 'Gelöschtes bleibt hier eine Weile, wenn dieser Server einen Papierkorb hat.',
  offline: 'Der Server ist nicht erreichbar.', online: 'Wieder verbunden.', failed: 'Das ging nicht: {why}',
  unselect: 'Auswahl aufheben', slideshow: 'Diashow', download: 'Herunterladen', delete: 'Löschen', deleteForever: 'Endgültig löschen', restore: 'Wiederherstellen',
  deleted: '{n} Element gelöscht|{n} Elemente gelöscht', restored: '{n} Element wiederhergestellt|{n} Elemente wiederhergestellt', gone: '{n} Element endgültig gelöscht|{n} Elemente endgültig gelöscht',
  cannotRestore: 'Es ist weg: Dieser Server hat keinen Papierkorb.', sureTitle: 'Endgültig löschen?', sureText: '{n} Element wird gelöscht und kann nicht zurückgeholt werden.|{n} Elemente werden gelöscht und können nicht zurückgeholt werden.',
  recent: 'Zuletzt hinzugefügt', bySize: 'Größte zuerst', trash: 'Papierkorb', similar: 'Ähnliche Bilder', stats: 'Statistik', theme: 'Erscheinungsbild', library: 'Bibliothek', signOut: 'Abmelden', folder: 'Ordner hochladen', help: 'Tastatur',
  previous: 'Vorheriges', next: 'Nächstes', info: 'Informationen', copyLink: 'Link kopieren', copied: 'Link kopiert', copiedUntil: 'Link kopiert; gültig bis {when}', zoom: 'Zoom', pause: 'Anhalten', play: 'Abspielen', viewer: 'Betrachter', position: '{n} von {of}',
  details: 'Einzelheiten', taken: 'Aufgenommen', uploadedAt: 'Hochgeladen', undated: 'Kein Datum in der Datei: nach dem Hochladen eingeordnet', noZone: 'Zeitzone unbekannt', camera: 'Kamera', lens: 'Objektiv', exposure: 'Belichtung', dimensions: 'Größe', place: 'Ort', apps: 'Apps', app: 'App', name: 'Name', caption: 'Beschreibung', software: 'Software', duration: 'Dauer',
  edit: 'Bearbeiten', date: 'Datum und Zeit', offset: 'Abstand zu UTC', offsetHint: 'wie +02:00; leer für den der Datei, bei anderem Datum als unbekannt', latitude: 'Breite', longitude: 'Länge', placeHint: 'Auf die Karte klicken oder Grad eingeben; leer für den Ort der Datei, falls sie einen hat.', saved: 'Gespeichert', badPlace: 'Breite ist −90 bis 90, Länge −180 bis 180.',
  notPicture: 'Diese Datei kann hier nicht gezeigt werden.', notReady: 'Dieses Bild wird noch verarbeitet.', broken: 'Dieses Bild ist nicht lesbar: {why}',
  any: 'Alle', type: 'Art', pictures: 'Alle Bilder', videos: 'Alle Videos', from: 'Von', to: 'Bis', located: 'Ort', withPlace: 'Mit Ort', mapHint: 'Auf der Karte einen Bereich aufziehen oder einen Punkt anklicken.', area: 'Bereich', west: 'West', south: 'Süd', east: 'Ost', north: 'Nord', remove: 'Filter entfernen: {what}', since: 'ab {date}', until: 'bis {date}', mapLabel: 'Weltkarte', clusterLabel: '{n} Bild hier|{n} Bilder hier',
  uploads: 'Hochladen', uploadDone: '{n} Datei hochgeladen|{n} Dateien hochgeladen', uploadBusy: '{n} Datei wird hochgeladen|{n} Dateien werden hochgeladen', already: 'Schon in deiner Bibliothek', backFromTrash: 'Aus dem Papierkorb zurück', waiting: 'Wartet', checking: 'Wird geprüft', sending: 'Wird hochgeladen', done: 'Fertig', stopUpload: 'Abbrechen', stopTitle: 'Hochladen beenden?', stopText: '{n} Datei ist noch nicht hochgeladen.|{n} Dateien sind noch nicht hochgeladen.', stopAll: 'Beenden', drop: 'Zum Hochladen loslassen', tooLarge: 'Die Datei ist zu groß.', emptyFile: 'Die Datei ist leer.', unsupported: 'Diese Art von Datei wird nicht angenommen.', noRoom: 'Auf dem Server ist kein Platz mehr.', overQuota: 'Dein Speicherplatz ist aufgebraucht.', tooOften: 'Zu viel auf einmal; bitte versuche es später noch einmal.', tooManyUploads: 'Zu viele Uploads sind unvollendet; bitte versuche es später noch einmal.', unreadable: 'Das Bild ist nicht lesbar.', tooManyPixels: 'Das Bild hat zu viele Pixel.', notProcessed: 'Das Bild konnte nicht verarbeitet werden.', busy: 'Der Server ist überlastet.', lost: 'Die Verbindung ist abgerissen.', overall: 'Alles zusammen', failures: '{n} fehlgeschlagen|{n} fehlgeschlagen', minimise: 'Fertige ausblenden',
  signIn: 'Anmelden', signInText: 'Diese Bibliothek ist nicht für alle offen. Füge ein Token ein, oder einen Dienstschlüssel mit dem Benutzer, dessen Bibliothek du sehen willst.', token: 'Token oder Dienstschlüssel', user: 'Benutzer', userHint: 'nur mit einem Dienstschlüssel', refused: 'Das wurde nicht angenommen.', owner: 'Wessen Bibliothek', ownerText: 'Dieser Server ist offen: Jeder darf jede Bibliothek sehen. Wessen möchtest du sehen?', ownerHint: 'Name oder Kennung; leer für die gemeinsame Bibliothek', switchTo: 'Wechseln',
  system: 'System', light: 'Hell', dark: 'Dunkel', paper: 'Papier', sand: 'Sand', forest: 'Wald', dusk: 'Dämmerung', mode: 'Hell oder dunkel', colours: 'Farben',
  total: 'Dateien', used: 'Speicher', savedBytes: 'Gespart, weil Gleiches nur einmal da ist', byYear: 'Nach Aufnahmejahr', byApp: 'Nach App', noApp: 'keine App',
  keyCtrl: 'Strg', keyDelete: 'Entf', helpMove: 'Bewegen', helpOpen: 'Öffnen', helpSelect: 'Auswählen', helpRange: 'Bereich auswählen', helpAll: 'Den Monat auswählen', helpDelete: 'Löschen', helpInfo: 'Informationen', helpZoom: 'Zoom', helpSearch: 'Suchen', helpUpload: 'Hochladen', helpClose: 'Schließen oder Auswahl aufheben',
};

const isGerman = /^de\b/i.test(navigator.language);
const texts = isGerman ? de : en;
// The reader's own way to write dates, where it is of the same language.
const locale = isGerman || /^en\b/i.test(navigator.language) ? navigator.language : 'en';

const numbers = new Intl.NumberFormat(locale);
export const number = (value) => numbers.format(value);

// A total, which may be known only roughly.
const rounded = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
export const about = ({ total, isEstimate }) => (isEstimate ? t('about', { n: rounded.format(total) }) : total);

export const t = (key, values = {}) => {
  const [one, many = one] = texts[key].split('|');
  return (values.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === 'number' ? number(values[name]) : values[name]));
};

// What to say of an error.
export const failed = (error) => t('failed', { why: error.status === 0 ? t('offline') : error.message });

// Local wall clocks are kept as if they were UTC, so that no zone of the reader's moves them.
const formats = new Map();
const format = (options) => {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }));
  return formats.get(key);
};

export const monthName = (date) => format({ month: 'long', year: 'numeric' }).format(date);
export const shortMonth = (date) => format({ month: 'short', year: 'numeric' }).format(date);
export const dayName = (date) => format({ weekday: 'short', day: 'numeric', month: 'short' }).format(date);
export const fullDay = (date) => format({ dateStyle: 'full' }).format(date);
export const shortDay = (date) => format({ dateStyle: 'medium' }).format(date);
export const dateTime = (date) => format({ dateStyle: 'medium', timeStyle: 'short' }).format(date);
export const instant = (date) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);

export const bytes = (size) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let at = 0;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: size < 10 && at ? 1 : 0 }).format(size)} ${units[at]}`;
};

export const fixed = (value, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

// What stands in the page already.
export const translatePage = () => {
  document.documentElement.lang = isGerman ? 'de' : 'en';
  document.title = t('photos');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-t-placeholder]')) node.placeholder = t(node.dataset.tPlaceholder);
  for (const node of document.querySelectorAll('[data-t-label]')) {
    node.setAttribute('aria-label', t(node.dataset.tLabel));
    if (node.localName === 'button') node.title = t(node.dataset.tLabel);
  }
};
