/* What a reader with scripts can do more: sort, search, pin models through all drawings and tables,
 * read the nearest point, copy tables, save drawings. The page is whole without it. No less-than
 * sign and no ampersand stands in here, so that the page stays well-formed XML. */
(() => {
'use strict';
const all = (query, of = document) => [...of.querySelectorAll(query)];
const make = (tag, text, into, name = '') => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = name;
  into?.append(made);
  return made;
};
const button = (text, into, act) => {
  const made = make('button', text, into);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
};
const models = JSON.parse(document.getElementById('data').textContent);
const board = document.querySelector('.board');
const every = document.getElementById('all-models');
const pins = new Set();
let sorted = 0; // column of the board, from 1; negative: the other way round
let find = null;

/* ---- what is shown, in the address ---- */
const remember = () => {
  const parts = [];
  if (pins.size) {
    parts.push('pin=' + [...pins].map((m) => encodeURIComponent(models[m].name)).join(','));
  }
  if (find.value) {
    parts.push('find=' + encodeURIComponent(find.value));
  }
  if (sorted) {
    parts.push('sort=' + sorted);
  }
  if (every?.checked) {
    parts.push('all=1');
  }
  history.replaceState(null, '', parts.length ? '#' + parts.join(';') : location.pathname);
};

/* ---- pins ---- */
const bar = make('div', '', document.body, 'pins');
bar.setAttribute('role', 'region');
bar.setAttribute('aria-label', 'pinned models');
const show = () => {
  document.body.classList.toggle('pinned', pins.size > 0);
  for (const e of all('[data-m]')) {
    const on = pins.has(Number(e.dataset.m));
    e.classList.toggle('pin', on);
    e.querySelector('button.name')?.setAttribute('aria-pressed', on);
  }
  bar.replaceChildren();
  for (const m of pins) {
    button(models[m].name + ' \u00d7', bar, () => pin(m)).title = 'unpin';
  }
};
const pin = (m) => {
  if (!pins.delete(m)) {
    pins.add(m);
  }
  show();
  remember();
};
document.addEventListener('click', (event) => {
  const at = event.target.closest('tr[data-m],th[data-m]');
  if (at) {
    if (event.target.closest('a,input,th>button:not(.name)') === null) {
      if (getSelection().isCollapsed) {
        pin(Number(at.dataset.m));
      }
    }
  }
});
for (const name of all('tr[data-m]>th', board)) {
  const made = make('button', '', null, 'name');
  made.type = 'button';
  made.append(...name.childNodes);
  name.append(made);
}

/* ---- tables ---- */
const words = (cell) => cell.textContent.replace(/\s+/g, ' ').trim();
const value = (row, column) => {
  const found = words(row.cells[column]).replace(/,/g, '').replace('\u2212', '-').match(/-?\d+\.?\d*/);
  return found ? Number(found[0]) : -Infinity;
};
const sort = (table, column, down) => {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const sign = down ? -1 : 1;
  rows.sort((a, b) => sign * (column ? value(a, column) - value(b, column) || 0
                                     : words(a.cells[0]).localeCompare(words(b.cells[0]))));
  body.append(...rows);
  for (const head of table.tHead.rows[0].cells) {
    head.removeAttribute('aria-sort');
  }
  table.tHead.rows[0].cells[column].setAttribute('aria-sort', down ? 'descending' : 'ascending');
  if (table === board) {
    sorted = down ? -column - 1 : column + 1;
  }
};
const heads = (table) => {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    if (head.matches('.drawn')) {
      continue;
    }
    const made = button('', null, (event) => {
      event.stopPropagation();
      const was = head.getAttribute('aria-sort');
      sort(table, column, was ? was === 'ascending' : column > 0);
      remember();
    });
    made.append(...head.childNodes);
    head.append(made);
  }
};
const grid = (table) => [...table.rows].filter((row) => row.offsetParent).map(
    (row) => [...row.cells].map((cell) => cell.querySelector('svg') ? '' : words(cell)));
const csv = (table) => grid(table).map((row) => row.map(
    (cell) => /[",\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell).join(',')).join('\n') + '\n';
const markdown = (table) => {
  const lines = grid(table).map((row) => '| ' + row.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ') + ' |');
  lines.splice(1, 0, lines[0].replace(/[^|]+/g, ' --- '));
  return lines.join('\n') + '\n';
};
const copy = async (text, from) => {
  const was = from.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make('textarea', text, document.body);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  from.textContent = 'copied';
  setTimeout(() => { from.textContent = was; }, 1500);
};
for (const table of all('table')) {
  heads(table);
  const tools = make('p', '', null, 'tools');
  table.parentElement.after(tools);
  for (const [name, write] of [['CSV', csv], ['Markdown', markdown]]) {
    const made = button('copy as ' + name, tools, () => copy(write(table), made));
  }
}

/* ---- search ---- */
const tools = make('p', '', null, 'tools search');
const label = make('label', 'find models ', tools);
find = make('input', '', label);
find.type = 'search';
const count = make('span', '', tools);
count.setAttribute('role', 'status');
(every?.closest('p') ?? board.parentElement).before(tools);
const search = () => {
  const parts = find.value.toLowerCase().split(/\s+/);
  let found = 0;
  for (const row of all('tbody tr[data-m]')) {
    const name = models[row.dataset.m].name.toLowerCase();
    const out = !parts.every((part) => name.includes(part));
    row.classList.toggle('out', out);
    found += board.contains(row) ? Number(!out) : 0;
  }
  board.classList.toggle('found', find.value !== '');
  count.textContent = find.value ? found + ' of ' + models.length : '';
};
find.addEventListener('input', () => { search(); remember(); });
every?.addEventListener('change', remember);

/* ---- drawings: the nearest point ---- */
const tip = make('div', '', document.body, 'tip');
tip.setAttribute('role', 'status');
const hide = () => {
  tip.classList.remove('on');
  all('.ring').forEach((ring) => ring.remove());
};
const points = (svg) => all('path>title', svg).flatMap((title) => {
  const mark = title.parentElement;
  const m = mark.closest('[data-m]')?.dataset.m;
  const text = title.textContent;
  const box = mark.getBBox();
  if (!mark.classList.contains('line')) {
    return [{x: box.x + box.width / 2, y: box.y + box.height / 2, text, m, first: true}];
  }
  return mark.getAttribute('d').slice(1).split('L').map((at, i) => {
    const [x, y] = at.split(' ').map(Number);
    return {x, y, text, m, first: i === 0};
  });
});
for (const svg of all('svg.plot')) {
  const list = points(svg);
  all('path>title', svg).forEach((title) => title.remove());
  svg.setAttribute('role', 'group');
  svg.setAttribute('tabindex', '0');
  const stops = list.filter((p) => p.first).sort((a, b) => a.x - b.x);
  const wide = svg.viewBox.baseVal.width;
  let at = -1;
  let near = null;
  const read = (p) => {
    hide();
    near = p;
    if (!p) {
      return;
    }
    const box = svg.getBoundingClientRect();
    const ring = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    for (const [key, set] of Object.entries({cx: p.x, cy: p.y, r: 8, class: 'ring', fill: 'none'})) {
      ring.setAttribute(key, set);
    }
    svg.append(ring);
    tip.textContent = p.text;
    tip.classList.add('on');
    const x = box.left + p.x * box.width / wide;
    const y = box.top + p.y * box.width / wide;
    tip.style.left = Math.max(8, Math.min(x - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = (y > tip.offsetHeight + 20 ? y - tip.offsetHeight - 14 : y + 14) + 'px';
  };
  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) * wide / box.width;
    const y = (event.clientY - box.top) * wide / box.width;
    let best = null;
    let least = 30;
    for (const p of list) {
      const far = Math.hypot(p.x - x, p.y - y);
      if (least > far) {
        least = far;
        best = p;
      }
    }
    return best;
  };
  svg.addEventListener('pointermove', (event) => read(nearest(event)));
  svg.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' ? read(null) : 0);
  svg.addEventListener('click', (event) => {
    read(nearest(event));
    if (near?.m) {
      pin(Number(near.m));
    }
  });
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', (event) => {
    const step = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key];
    if (step) {
      at = Math.max(0, Math.min(stops.length - 1, at + step));
      read(stops[at]);
    } else if (event.key === 'Escape') {
      read(null);
    } else if (event.key === 'Enter') {
      if (near?.m) {
        pin(Number(near.m));
      }
    } else {
      return;
    }
    event.preventDefault();
  });

  /* ---- save ---- */
  const file = () => {
    hide();
    const made = svg.cloneNode(true);
    const from = [svg, ...all('*', svg)];
    for (const [i, to] of [made, ...all('*', made)].entries()) {
      const style = getComputedStyle(from[i]);
      for (const key of ['fill', 'stroke', 'font-size', 'font-family', 'opacity', 'display']) {
        to.style.setProperty(key, style.getPropertyValue(key));
      }
    }
    const {width, height} = svg.viewBox.baseVal;
    made.setAttribute('width', width);
    made.setAttribute('height', height);
    made.style.background = getComputedStyle(document.body).backgroundColor;
    return new XMLSerializer().serializeToString(made);
  };
  const save = (url, end) => {
    const link = make('a', '', null);
    link.href = url;
    link.download = (svg.closest('section')?.id ?? 'figure') + end;
    link.click();
  };
  const encoded = () => 'data:image/svg+xml,' + encodeURIComponent(file());
  const rest = make('p', '', null, 'tools');
  svg.after(rest);
  button('save as SVG', rest, () => save(encoded(), '.svg'));
  button('save as PNG', rest, () => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = 3 * image.width;
      canvas.height = 3 * image.height;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL(), '.png');
    };
    image.src = encoded();
  });
}
addEventListener('scroll', hide, {passive: true});

/* ---- an address that was sent ---- */
const recall = () => {
  const said = Object.fromEntries(location.hash.slice(1).split(';').map((part) => part.split('=')));
  const named = (said.pin ?? '').split(',').map(decodeURIComponent);
  pins.clear();
  for (const [m, model] of models.entries()) {
    if (named.includes(model.name)) {
      pins.add(m);
    }
  }
  find.value = decodeURIComponent(said.find ?? '');
  const column = Number(said.sort);
  if (board.tHead.rows[0].cells[Math.abs(column) - 1]) {
    sort(board, Math.abs(column) - 1, 0 > column);
  }
  if (every) {
    every.checked = said.all === '1';
  }
  search();
  show();
};
if (location.hash.includes('=')) {
  recall();
}
addEventListener('hashchange', () => location.hash.includes('=') ? recall() : 0);
})();
