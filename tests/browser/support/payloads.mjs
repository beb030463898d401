// Files that run something in a browser that is told to show them as what they claim to be. Each tells by `signal(name)` that it ran, or
// by asking for `beacon(name)` that it had something loaded.
//
// `inert` says why a file runs nothing even where nobody guards against it; every other one must be seen to run there, but for what
// `waning` says of it. `click`: only once somebody clicks into it. `headers`: what its unguarded server says beside the type.
import { deflateSync, gzipSync } from 'node:zlib';
import { fixture } from './service.mjs';

const SVG = 'image/svg+xml';
const XHTML = 'http://www.w3.org/1999/xhtml';

export const payloads = async ({ beacon, signal, script, tag, at }) => {
  const found = [];
  const add = (name, type, bytes, more = {}) => found.push({ name, type, bytes: Buffer.from(bytes), ...more });
  const many = (prefix, extension, type, wrap, cases) => {
    for (const [name, make, more] of cases) {
      add(`${prefix}-${name}.${extension}`, type, wrap(make(`${prefix}-${name}.${extension}`), `${prefix}-${name}.${extension}`), more);
    }
  };
  const data = (name) => `data:text/html,%3Cscript%3E${encodeURIComponent(signal(name))}%3C/script%3E`;
  const code = (name) => `<script>${signal(name)}</script>`;

  // A sheet whose script is one only once it is applied, and a document that has it applied.
  const waning = 'Chromium gives up XSLT, a version at a time';
  const sheet = (name, attributes = '') =>
    `<xsl:stylesheet ${attributes} version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html xmlns="${XHTML}">` +
    `<xsl:element name="script">${signal(name)}</xsl:element></html></xsl:template></xsl:stylesheet>`;
  const sheeted = (href, inside = '') =>
    `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${href}"?><!DOCTYPE r [<!ATTLIST xsl:stylesheet id ID #REQUIRED>]><r>${inside}</r>`;

  // --- SVG -------------------------------------------------------------------------------------------------------------
  const svg = (inside, attributes = '') =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 200" width="200" height="200" ${attributes}>${inside}` +
    '<rect width="200" height="200" opacity="0" pointer-events="none"/></svg>';
  const foreign = (inside) => `<foreignObject width="200" height="200"><div xmlns="${XHTML}">${inside}</div></foreignObject>`;
  const area = '<rect width="200" height="200" fill="red"/>';
  many('svg', 'svg', SVG, (inside) => svg(inside), [
    ['script', code],
    ['script-module', (name) => `<script type="module">${signal(name)}</script>`, { inert: 'Chromium runs no modules in SVG' }],
    ['script-ecmascript', (name) => `<script type="text/ecmascript">${signal(name)}</script>`],
    ['script-cdata', (name) => `<script><![CDATA[if (1 < 2 && 2 > 1) { ${signal(name)} }]]></script>`],
    ['script-href', (name) => `<script href="${script(name)}"/>`],
    ['script-xlink', (name) => `<script xlink:href="${script(name)}"/>`],
    ['script-data', (name) => `<script href="data:text/javascript,${encodeURIComponent(signal(name))}"/>`],
    ['script-html', (name) => `<script xmlns="${XHTML}">${signal(name)}</script>`],
    ['image-onerror', (name) => `<image href="x:" onerror="${signal(name)}"/>`],
    ['image-onload', (name) => `<image href="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAI=" onload="${signal(name)}" onerror="${signal(name)}"/>`],
    ['animate-onbegin', (name) => `<animate attributeName="x" dur="1s" onbegin="${signal(name)}"/>`],
    ['animate-onend', (name) => `<animate attributeName="x" dur="0.01s" onend="${signal(name)}"/>`],
    ['set-onbegin', (name) => `<set attributeName="x" to="1" onbegin="${signal(name)}"/>`],
    ['animatetransform', (name) => `<g><animateTransform attributeName="transform" dur="1s" onbegin="${signal(name)}"/></g>`],
    ['animatemotion', (name) => `<g><animateMotion path="M0,0L1,1" dur="1s" onbegin="${signal(name)}"/></g>`],
    ['a-javascript', (name) => `<a href="javascript:${encodeURIComponent(signal(name))}">${area}</a>`, { click: true }],
    ['a-xlink-javascript', (name) => `<a xlink:href="javascript:${encodeURIComponent(signal(name))}">${area}</a>`, { click: true }],
    ['a-entities', (name) => `<a href="java&#x9;script&#58;${encodeURIComponent(signal(name))}">${area}</a>`, { click: true }],
    ['onclick', (name) => `<g onclick="${signal(name)}">${area}</g>`, { click: true }],
    ['set-href', (name) => `<a><set attributeName="href" to="javascript:${encodeURIComponent(signal(name))}"/>${area}</a>`,
      { click: true }],
    ['animate-href', (name) => `<a><animate attributeName="href" values="javascript:${encodeURIComponent(signal(name))}" dur="9s"/>${area}</a>`,
      { click: true }],
    ['foreign-script', (name) => foreign(code(name))],
    ['foreign-img', (name) => foreign(`<img src="x:" onerror="${signal(name)}"/>`)],
    ['foreign-iframe-srcdoc', (name) => foreign(`<iframe srcdoc="&lt;script>${signal(name)}&lt;/script>"/>`)],
    ['foreign-iframe-javascript', (name) => foreign(`<iframe src="javascript:${encodeURIComponent(signal(name))}"/>`)],
    ['foreign-iframe-data', (name) => foreign(`<iframe src="${data(name)}"/>`)],
    ['foreign-object', (name) => foreign(`<object data="${data(name)}"/>`)],
    ['foreign-embed', (name) => foreign(`<embed src="${data(name)}"/>`)],
    ['foreign-video', (name) => foreign(`<video><source onerror="${signal(name)}"/></video>`)],
    ['foreign-autofocus', (name) => foreign(`<input autofocus="" onfocus="${signal(name)}"/>`)],
    ['foreign-details', (name) => foreign(`<details open="" ontoggle="${signal(name)}"/>`)],
    ['foreign-refresh', (name) => foreign(`<meta http-equiv="refresh" content="0;url=${beacon(name)}"/>`)],
    ['style-onload', (name) => `<style onload="${signal(name)}">rect { fill: red }</style>`, { inert: 'Chromium tells of no style load in SVG' }],
    ['style-import', (name) => `<style>@import url(${beacon(name)});</style>`],
    ['style-fill', (name) => `<style>svg { background: url(${beacon(name)}) }</style>`],
    ['image-outside', (name) => `<image href="${beacon(name)}" width="9" height="9"/>`],
    ['feimage-outside', (name) => `<filter id="f"><feImage href="${beacon(name)}"/></filter><rect filter="url(#f)" width="99" height="99"/>`],
    ['focus', (name) => `<g tabindex="0" autofocus="" onfocus="${signal(name)}">${area}</g>`, { click: true }],
    ['discard', (name) => `<discard onbegin="${signal(name)}"/>`, { inert: 'Chromium knows no discard element' }],
    ['handler', (name) => `<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">${signal(name)}</handler>`, { inert: 'SVG Tiny 1.2 only' }],
    ['script-vbscript', (name) => `<script type="text/vbscript">${signal(name)}</script>`, { inert: 'only Internet Explorer' }],
    ['xinclude', (name) => `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${beacon(name)}"/>`, { inert: 'no browser does XInclude' }],
  ]);
  many('svg', 'svg', SVG, (text) => text, [
    ['onload', (name) => svg('', `onload="${signal(name)}"`)],
    ['onload-spaced', (name) => svg('', `onload\n=\n'${signal(name).replaceAll("'", '&#39;')}'`)],
    ['entity', (name) => `<!DOCTYPE svg [<!ENTITY run "${signal(name)}">]>${svg('<script>&run;</script>')}`],
    ['entity-element', (name) => `<!DOCTYPE svg [<!ENTITY run "<script xmlns='http://www.w3.org/2000/svg'>${signal(name).replaceAll("'", '&#39;')}</script>">]>${svg('&run;')}`],
    ['attlist', (name) => `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "${signal(name)}">]>${svg('')}`],
    ['dtd-outside', (name) => `<!DOCTYPE svg SYSTEM "${beacon(name)}">${svg('')}`, { inert: 'Chromium loads no DTD' }],
    ['prefix', (name) => `<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>${signal(name)}</s:script></s:svg>`],
    ['declaration', (name) => `\ufeff<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!-- -->${svg(code(name))}`],
    ['instruction-css', (name) => `<?xml-stylesheet type="text/css" href="${beacon(name)}"?>${svg('')}`],
    ['long-prologue', (name) => `<!--${' '.repeat(5000)}-->${svg(code(name))}`],
    ['subset-first', (name) => `<!DOCTYPE svg [<!-- ]> --><!ENTITY a "]>">]>${svg(code(name))}`],
    ['html-root', (name) => `<html xmlns="${XHTML}"><body>${svg(code(name))}</body></html>`],
    ['xslt-own', (name) => sheeted('#own', svg(sheet(name, 'id="own"'))), { waning }],
  ]);
  add('svg-used.svg', SVG, svg(`<g id="x"><image href="x:" onerror="${signal('svg-used.svg')}"/></g>`));
  add('svg-utf16le.svg', SVG, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(svg(code('svg-utf16le.svg')), 'utf16le')]));
  add('svg-utf16be.svg', SVG, Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(svg(code('svg-utf16be.svg')), 'utf16le').swap16()]));
  add('svg-packed.svgz', SVG, gzipSync(svg(code('svg-packed.svgz'))), { headers: { 'content-encoding': 'gzip' } });
  add('svg-untyped', 'application/octet-stream', svg(code('svg-untyped')), { inert: 'Chromium guesses at no SVG' });
  add('svg-as-html.html', 'text/html', svg(code('svg-as-html.html')));
  add('svg-as-png.png', 'image/png', svg(code('svg-as-png.png')), { inert: 'no picture, and shown as none' });

  // --- HTML ------------------------------------------------------------------------------------------------------------
  many('html', 'html', 'text/html', (inside) => `<!doctype html><title>x</title>${inside}`, [
    ['script', code],
    ['module', (name) => `<script type="module">${signal(name)}</script>`],
    ['script-outside', (name) => `<script src="${script(name)}"></script>`],
    ['base', (name) => `<base href="${new URL(script(name)).origin}/"><script src="${new URL(script(name)).pathname.slice(1)}"></script>`],
    ['body-onload', (name) => `<body onload="${signal(name)}">`],
    ['img-onerror', (name) => `<img src=x: onerror="${signal(name)}">`],
    ['img-slashes', (name) => `<img/src="x:"/onerror="${signal(name)}"/>`],
    ['svg-onload', (name) => `<svg onload="${signal(name)}">`],
    ['svg-animate', (name) => `<svg><animate onbegin="${signal(name)}" attributeName=x dur=1s>`],
    ['iframe-srcdoc', (name) => `<iframe srcdoc="<script>${signal(name)}</script>"></iframe>`],
    ['iframe-javascript', (name) => `<iframe src="javascript:${encodeURIComponent(signal(name))}"></iframe>`],
    ['iframe-data', (name) => `<iframe src="${data(name)}"></iframe>`],
    ['object-data', (name) => `<object data="${data(name)}"></object>`],
    ['embed-data', (name) => `<embed src="${data(name)}">`],
    ['refresh-outside', (name) => `<meta http-equiv=refresh content="0;url=${beacon(name)}">`],
    ['details', (name) => `<details open ontoggle="${signal(name)}">`],
    ['autofocus', (name) => `<input autofocus onfocus="${signal(name)}">`],
    ['video', (name) => `<video><source onerror="${signal(name)}"></video>`],
    ['audio', (name) => `<audio src=x: onerror="${signal(name)}"></audio>`],
    ['style-onload', (name) => `<style onload="${signal(name)}">p { color: red }</style>`],
    ['link-onload', (name) => `<link rel=stylesheet href="data:text/css," onload="${signal(name)}">`],
    ['animation', (name) => `<style>@keyframes a { from { left: 0 } }</style><p style="animation: a 1s" onanimationstart="${signal(name)}">`],
    ['shadow', (name) => `<div><template shadowrootmode=open><img src=x: onerror="${signal(name)}"></template></div>`],
    ['noscript', (name) => `<noscript><p title="</noscript><img src=x: onerror=&quot;&quot;><script>${signal(name)}</script>">`],
    ['math', (name) => `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x: onerror=1&gt;"></table></mtext></math>${code(name)}`],
    ['math-href', (name) => `<math href="javascript:${encodeURIComponent(signal(name))}"><mi style="font-size: 200px">x</mi></math>`,
      { click: true, inert: 'Chromium links no MathML' }],
    ['a-javascript', (name) => `<a href="javascript:${encodeURIComponent(signal(name))}" style="position: fixed; inset: 0">x</a>`, { click: true }],
    ['form-action', (name) => `<form action="javascript:${encodeURIComponent(signal(name))}"><button style="position: fixed; inset: 0">x</button></form>`, { click: true }],
    ['css-outside', (name) => `<style>body { background: url(${beacon(name)}) }</style>`],
    ['dialog', () => `<script>alert('${tag('html-dialog.html')}')</script>`],
    ['worker', (name) => `<script>new Worker(URL.createObjectURL(new Blob([${JSON.stringify(signal(name))}])))</script>`],
  ]);
  add('html-untyped', '', `<!doctype html><script>${signal('html-untyped')}</script>`);
  add('html-spaced', '', `${' \n\t'.repeat(200)}<html>${code('html-spaced')}`, { inert: 'Chromium guesses by the first bytes' });
  add('html-comment', '', `<!-- -->${code('html-comment')}`);
  add('html-as-text.txt', 'text/plain', `<html>${code('html-as-text.txt')}`, { inert: 'Chromium keeps to text' });
  add('html-as-jpeg.jpg', 'image/jpeg', `<html>${code('html-as-jpeg.jpg')}`, { inert: 'no picture, and shown as none' });
  add('html-unknown', 'x', `<html>${code('html-unknown')}`);
  add('html-parameter.html', 'text/html; charset=utf-8; profile="text/html"', `<html>${code('html-parameter.html')}`);
  add('html-capitals.html', 'TEXT/HTML', `<html>${code('html-capitals.html')}`);
  add('html-utf16.html', 'text/html', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`<html>${code('html-utf16.html')}`, 'utf16le')]));
  add('html-utf16-named.html', 'text/html; charset=utf-16le', Buffer.from(`<html>${code('html-utf16-named.html')}`, 'utf16le'));
  add('html-utf7.html', 'text/html; charset=utf-7', `+ADw-script+AD4-${signal('html-utf7.html')}+ADw-/script+AD4-`, { inert: 'no browser reads UTF-7 any more' });
  add('html-utf7.txt', 'text/plain; charset=utf-7', `+/v8-+ADw-script+AD4-${signal('html-utf7.txt')}+ADw-/script+AD4-`, { inert: 'the same' });
  add('html-jis.html', 'text/html', Buffer.from(`<html><meta charset=iso-2022-jp><img alt="\x1b$B"><img title="\x1b(B" src=x: onerror="${signal('html-jis.html')}">`, 'latin1'));
  add('html-nul.html', 'text/html', `<html>\0<scr\0ipt>${signal('html-nul.html')}</script>${code('html-nul.html')}`);
  add('archive.mhtml', 'multipart/related; boundary=b',
    `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<html>${code('archive.mhtml')}\r\n--b--\r\n`,
    { inert: 'Chromium opens archives from disk only' });
  add('message.eml', 'message/rfc822', `Content-Type: text/html\r\n\r\n<html>${code('message.eml')}`, { inert: 'the same' });
  add('mixed.html', 'multipart/x-mixed-replace; boundary=b', `--b\r\nContent-Type: text/html\r\n\r\n<html>${code('mixed.html')}\r\n--b--\r\n`,
    { inert: 'Chromium does this for pictures only' });
  add('component.htc', 'text/x-component', `<component><attach event="ondocumentready" onevent="x()"/><script>${signal('component.htc')}</script></component>`,
    { inert: 'only Internet Explorer' });
  add('application.hta', 'application/hta', `<html>${code('application.hta')}`, { inert: 'only Internet Explorer' });

  // --- XML -------------------------------------------------------------------------------------------------------------
  const xhtml = (inside) => `<?xml version="1.0"?><html xmlns="${XHTML}"><head><title>x</title></head><body>${inside}</body></html>`;
  for (const [type, extension, inert] of [
    ['application/xhtml+xml', 'xhtml'], ['application/xml', 'xml'], ['text/xml', 'text.xml'], ['text/xsl', 'xsl'],
    ...['rss', 'atom', 'rdf', 'mathml', 'vnd.wap.xhtml', 'x-own', 'xslt'].map((name) => [`application/${name}+xml`, name, 'Chromium downloads XML that it has no use for']),
  ]) {
    add(`xml-script.${extension}`, type, xhtml(code(`xml-script.${extension}`)), { inert });
  }
  many('xml', 'xml', 'application/xml', (text) => text, [
    ['nested', (name) => `<rss version="2.0"><channel><title><h:script xmlns:h="${XHTML}">${signal(name)}</h:script></title></channel></rss>`],
    ['entity', (name) => `<!DOCTYPE r [<!ENTITY run "${signal(name)}">]><r><script xmlns="${XHTML}">&run;</script></r>`],
    ['svg', (name) => `<r>${svg(code(name))}</r>`],
    ['math', (name) => `<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext><script xmlns="${XHTML}">${signal(name)}</script></mtext></math>`],
    ['math-action', (name) => `<math xmlns="http://www.w3.org/1998/Math/MathML"><maction actiontype="statusline#x" xlink:href="javascript:${encodeURIComponent(signal(name))}" xmlns:xlink="http://www.w3.org/1999/xlink"><mi>x</mi></maction></math>`,
      { inert: 'Chromium links no MathML' }],
    ['onload', (name) => `<body xmlns="${XHTML}" onload="${signal(name)}"/>`],
    ['img', (name) => `<r><img xmlns="${XHTML}" src="x:" onerror="${signal(name)}"/></r>`],
    ['xslt-own', (name) => sheeted('#own', sheet(name, 'id="own"')), { waning }],
    ['css', (name) => `<?xml-stylesheet type="text/css" href="${beacon(name)}"?><r/>`],
    ['xslt-sheet', () => sheet('xml-xslt.xml'), { inert: 'a sheet by itself: what xml-xslt.xml refers to' }],
    ['xslt', () => sheeted(at('xml-xslt-sheet.xml')), { waning }],
  ]);
  add('xhtml-entity.xhtml', 'application/xhtml+xml', `<!DOCTYPE html [<!ENTITY run "${signal('xhtml-entity.xhtml')}">]>${xhtml('<script>&run;</script>').slice(21)}`);
  add('xhtml-svg.xhtml', 'application/xhtml+xml', xhtml(svg('', `onload="${signal('xhtml-svg.xhtml')}"`)));

  // --- Scripts and style sheets, as parts of other pages ----------------------------------------------------------------
  for (const type of ['text/javascript', 'application/javascript', 'text/ecmascript', 'application/ecmascript', 'application/x-javascript', 'text/x-javascript',
    'application/x-ecmascript', 'text/x-ecmascript', 'text/jscript', 'text/livescript', 'text/javascript1.5', 'Text/JavaScript; charset=utf-8']) {
    const name = `script.${type.replaceAll(/[^a-z0-9]/gi, '-')}.js`;
    add(name, type, signal(name));
  }
  add('script-module.mjs', 'text/javascript', `export const run = 1; ${signal('script-module.mjs')}`);
  add('script.json', 'application/json', signal('script.json'));
  add('script-ld.json', 'application/ld+json', signal('script-ld.json'));
  add('script.txt', 'text/plain', signal('script.txt'));
  add('script.xml', 'application/xml', signal('script.xml'));
  add('script.html', 'text/html', `${signal('script.html')}//<html>${code('script.html')}`);
  add('script.bin', 'application/octet-stream', signal('script.bin'));
  add('script.csv', 'text/csv', signal('script.csv'), { inert: 'Chromium runs no CSV' });
  add('worker.js', 'text/javascript', `self.onconnect = () => {}; addEventListener('install', () => 0); ${signal('worker.js')}`);
  add('style.css', 'text/css', `body { background: url(${beacon('style.css')}) }`);
  add('style-import.css', 'text/css; charset=utf-8', `@import url(${beacon('style-import.css')});`);
  add('style.txt', 'text/plain', `body { background: url(${beacon('style.txt')}) }`, { inert: 'Chromium takes no text for a style sheet' });
  add('style.html', 'text/html', `<html>{}body { background: url(${beacon('style.html')}) }`, { inert: 'nor HTML' });

  // --- Files of other kinds that are such a thing as well -----------------------------------------------------------------
  const [gif, jpeg, png, webp, bmp, tiff, ico, avif, heic, jxl, mp4, zip] = await Promise.all(['formats/still.gif', 'formats/baseline.jpg', 'formats/rgb8.png',
    'formats/lossy.webp', 'formats/rgb.bmp', 'formats/deflate.tif', 'formats/icon.ico', 'formats/still.avif', 'formats/still.heic', 'formats/still.jxl',
    'other/header.mp4', 'other/hello.zip'].map(fixture));
  const page = (name) => Buffer.from(`<html><body>${code(name)}</body></html>`);
  for (const [name, bytes] of Object.entries({ gif, jpeg, png, webp, bmp, tiff, ico, avif, heic, jxl, mp4, zip })) {
    // Told to be HTML, as by a server that believes its clients or goes by the name.
    add(`tail-${name}.html`, 'text/html', Buffer.concat([bytes, page(`tail-${name}.html`)]));
  }
  const length = (bytes) => Buffer.from([bytes.length + 2 >> 8, bytes.length + 2 & 255]);
  const behind = (bytes, offset, part) => Buffer.concat([bytes.subarray(0, offset), part, bytes.subarray(offset)]);
  add('comment-jpeg.html', 'text/html', behind(jpeg, 2, Buffer.concat([Buffer.from([0xff, 0xfe]), length(page('comment-jpeg.html')), page('comment-jpeg.html')])));
  const chunk = (type, bytes) => {
    const body = Buffer.concat([Buffer.from(type), bytes]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)];
    ends[0].writeUInt32BE(bytes.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  add('text-png.html', 'text/html', behind(png, 33, chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), page('text-png.html')]))));
  add('xmp-webp.html', 'text/html', (() => {
    const text = page('xmp-webp.html').length % 2 ? Buffer.concat([page('xmp-webp.html'), Buffer.from(' ')]) : page('xmp-webp.html');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(text.length);
    const made = Buffer.concat([webp, Buffer.from('XMP '), size, text]);
    made.writeUInt32LE(made.length - 8, 4);
    return made;
  })());
  add('script-gif.js', 'text/javascript', `GIF89a/*${'\0'.repeat(20)}*/=0;${signal('script-gif.js')}`);
  add('html-gif.html', 'text/html', `GIF89a\x01\0\x01\0\0\0\0<html>${code('html-gif.html')}`);
  add('script-bmp.js', 'text/javascript', `BM=0;${signal('script-bmp.js')}`);
  add('script-wav.js', 'text/javascript', `RIFF=0;/*WAVEfmt */${signal('script-wav.js')}`);
  add('script-id3.js', 'text/javascript', `ID3=0;${signal('script-id3.js')}`);
  add('html-pdf.html', 'text/html', `%PDF-1.4\n<html>${code('html-pdf.html')}`);
  add('html-postscript.html', 'text/html', `%!PS-Adobe-3.0\n<html>${code('html-postscript.html')}`);
  add('html-gzip.html', 'text/html', gzipSync(page('html-gzip.html')), { headers: { 'content-encoding': 'gzip' } });
  add('html-deflate.html', 'text/html', deflateSync(page('html-deflate.html')), { headers: { 'content-encoding': 'deflate' } });
  add('html-shell.html', 'text/html', `#!/bin/sh\n<html>${code('html-shell.html')}`);
  add('html-csv.html', 'text/html', `a,b\n"=HYPERLINK(1)","${code('html-csv.html')}"\n`);
  add('pdf-script.pdf', 'application/pdf', pdf(`app.alert('${tag('pdf-script.pdf')}');this.submitForm({cURL: '${beacon('pdf-script.pdf')}'});app.launchURL('${beacon('pdf-script.pdf')}');`), { patience: 10_000 });
  return found;
};

// Of a PNG chunk; Node has it since version 20.
const crc32 = (bytes) => {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? sum >>> 1 ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
};

// A document whose script runs once it is opened.
const pdf = (source) => {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (' + source.replaceAll(/[\\()]/g, '\\$&') + ') >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return `${text}xref\n0 4\n0000000000 65535 f \n${table}trailer << /Size 4 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
};
