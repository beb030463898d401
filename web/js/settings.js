// Appearance, whose library, sign-in, and the list of keys.
import { local, who } from './api.js';
import { button, dialog, el } from './dom.js';
import { t } from './i18n.js';

export const THEMES = ['paper', 'sand', 'forest', 'dusk'];

const radios = (legend, name, values, current) => el('fieldset', {}, el('legend', {}, legend), el(`div.swatches.${name}`, {}, values.map((value) =>
  el(`label.swatch.is-${value}`, {}, el('input', {
    type: 'radio', name, value, checked: value === current,
    onchange: () => {
      local.set(`mana.${name}`, value);
      dispatchEvent(new Event('themechange'));
    },
  }), el('i', {}), el('span', {}, t(value))))));

export const openTheme = () => dialog(t('theme'), 'small',
  radios(t('mode'), 'mode', ['system', 'light', 'dark'], local.get('mana.mode') ?? 'system'),
  radios(t('colours'), 'theme', THEMES, local.get('mana.theme') ?? 'paper'));

const field = (label, input, hint) => el('label.field', {}, el('span', {}, label), input, hint && el('small', {}, hint));

const form = (title, text, fields, action, run) => {
  const box = dialog(title, 'small', el('form', {
    onsubmit: (event) => {
      event.preventDefault();
      run();
    },
  }, el('p', {}, text), ...fields, el('div.actions', {}, button(null, t('cancel'), () => box.close(), 'plain'), el('button.main', { type: 'submit' }, el('span', {}, action)))));
  return box;
};

export const openOwner = () => {
  const input = el('input', { type: 'text', value: who.owner, autocomplete: 'off', spellcheck: false, autofocus: true });
  form(t('owner'), t('ownerText'), [field(t('user'), input, t('ownerHint'))], t('switchTo'), () => who.switchTo(input.value.trim()));
};

export const openSignIn = () => {
  if (document.querySelector('dialog.sign-in')) return;
  const token = el('input', { type: 'password', autocomplete: 'current-password', required: true, spellcheck: false, autofocus: true });
  const user = el('input', { type: 'text', value: who.owner, autocomplete: 'username', spellcheck: false });
  const refused = who.token ? el('p.warning', { role: 'alert' }, t('refused')) : '';
  form(t('signIn'), t('signInText'), [refused, field(t('token'), token), field(t('user'), user, t('userHint'))], t('signIn'),
    () => who.signIn(token.value.trim(), user.value.trim())).classList.add('sign-in');
};

export const openHelp = () => {
  const key = (keys, text) => [el('dt', {}, keys.split(' ').map((one) => el('kbd', {}, one))), el('dd', {}, text)];
  dialog(t('help'), 'small', el('dl.keys', {},
    key('← → ↑ ↓', t('helpMove')), key('↵', t('helpOpen')), key('X', t('helpSelect')), key('⇧ → ', t('helpRange')), key(`${t('keyCtrl')} A`, t('helpAll')), key(t('keyDelete'), t('helpDelete')),
    key('Esc', t('helpClose')), key('/', t('helpSearch')), key('U', t('helpUpload')), key('I', t('helpInfo')), key('+ − 0', t('helpZoom')), key('␣', t('slideshow')), key('?', t('help'))));
};
