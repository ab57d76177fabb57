'use strict';
(() => {
  const rows = Array.from(document.querySelectorAll('#steps tbody tr'));
  const marks = Array.from(document.querySelectorAll('svg.trace .mark'));
  const at = id => document.getElementById(id);
  const slider = at('step'), time = at('time'), line = at('now');
  const colour = worker => worker < 0 ? 'var(--p)' : 'var(--w' + worker % 8 + ')';
  const text = (row, i) => row.cells[i].textContent;
  let now = 0;

  const put = (parent, tag, cls, ...words) => {
    const node = document.createElement(tag);
    if (cls) node.className = cls;
    node.append(...words);
    parent.append(node);
    return node;
  };

  // What the segment and the processes are like after step `last`: all steps so far, played again.
  const play = last => {
    const s = { more: 0, there: false, attached: new Map(), slots: [], left: new Map() };
    for (let i = 0; i <= last; i++) {
      const d = rows[i].dataset, worker = +d.worker, slot = +d.slot, chunk = +d.chunk;
      if (d.kind === 'shmget') s.there = +d.result >= 0;
      else if (d.kind === 'shmat') s.attached.set(worker, (s.attached.get(worker) || 0) + 1);
      else if (d.kind === 'shmdt') s.attached.set(worker, Math.max(0, (s.attached.get(worker) || 0) - 1));
      else if (d.kind === 'job') {
        s.slots = Array.from({ length: Math.min(+d.slots, 64) }, () => ({ is: 'empty' }));
        s.more = Math.max(0, +d.slots - 64);
      } else if (d.kind === 'fork' && +d.result > 0) s.left.set(+d.owner, 'forked');
      else if (d.kind === 'claim') s.left.set(worker, 'computes chunk ' + chunk);
      else if (d.kind === 'write') {
        s.left.set(worker, 'has chunk ' + chunk);
        if (slot < s.slots.length) s.slots[slot] = { is: 'wrote', chunk, worker };
      } else if (d.kind === 'publish') {
        s.left.set(worker, 'looks for a chunk');
        for (const one of s.slots) if (one.is === 'wrote' && one.worker === worker && one.chunk === chunk) one.is = 'done';
      } else if (d.kind === 'exit') s.left.set(worker, 'has ended');
      else if (d.kind === 'wait') { s.left.set(+d.owner, 'reaped'); s.attached.set(+d.owner, 0); }
      else if (d.kind === 'combine' && slot >= 0 && slot < s.slots.length) s.slots[slot].is = 'read';
      if (+d.known === 0) s.there = false;
    }
    return s;
  };

  const drawSegment = last => {
    const s = play(last), row = rows[last], box = at('segment');
    box.replaceChildren();
    at('note').textContent = '';
    const procs = put(box, 'div', 'procs');
    const lives = [[-1, 'parent', ''], ...Array.from(s.left, ([w, does]) => [w, 'worker ' + w, does])];
    for (const [w, name, does] of lives.sort((a, b) => a[0] - b[0])) {
      const here = (s.attached.get(w) || 0) > 0 && does !== 'has ended' && does !== 'reaped';
      const node = put(procs, 'div', here ? 'proc' : 'proc away');
      node.style.setProperty('--c', colour(w));
      put(node, 'b', '', name);
      node.append(does === 'forked' && here ? 'attached' : does || (here ? 'attached' : 'not attached'));
    }
    const memory = put(box, 'div', s.there ? 'memory' : 'memory none');
    put(memory, 'p', '', s.there ? 'Segment ' + row.dataset.id + ', ' + row.dataset.bytes + ' bytes' : 'There is no segment.');
    if (!s.there) return;
    const slots = put(memory, 'div', 'slots');
    const words = { empty: 'empty', wrote: 'written', done: 'published', read: 'combined' };
    s.slots.forEach((one, i) => {
      const node = put(slots, 'div', 'slot ' + one.is);
      if (one.worker !== undefined) node.style.setProperty('--c', colour(one.worker));
      put(node, 'b', '', 'slot ' + i);
      node.append((one.chunk === undefined ? '' : 'chunk ' + one.chunk + ', ') + words[one.is]);
    });
    const seen = lives.filter(([w, , does]) => (s.attached.get(w) || 0) > 0 && does !== 'reaped').length;
    if (+row.dataset.known && seen !== +text(row, 5))
      at('note').textContent = 'ipcs says ' + text(row, 5) + ': processes go on by themselves, and one has attached or ended just now '
        + 'whose own step is told a moment later.';
    if (s.more) put(memory, 'p', '', '… and ' + s.more + ' more slots');
  };

  const drawIpcs = row => {
    const line = at('ipcs'), known = +row.dataset.known;
    line.replaceChildren();
    const cells = known ? [row.dataset.id, '600', row.dataset.bytes, text(row, 5), text(row, 6), text(row, 7), text(row, 8)]
      : ['(nothing)', '', '', '', '', '', ''];
    for (const word of cells) put(line, 'td', '', word);
  };

  const show = step => {
    rows[now].classList.remove('at');
    marks[now].classList.remove('now');
    now = Math.max(0, Math.min(rows.length - 1, step));
    const row = rows[now];
    row.classList.add('at');
    marks[now].classList.add('now');
    slider.value = now;
    at('place').textContent = 'Step ' + (now + 1) + ' of ' + rows.length;
    at('back').disabled = now === 0;
    at('on').disabled = now === rows.length - 1;
    at('who').textContent = text(row, 2);
    at('who').style.setProperty('--c', colour(+row.dataset.worker));
    at('when').textContent = 'process ' + text(row, 3) + ', after ' + text(row, 1) + ' µs';
    at('call').textContent = text(row, 4);
    at('what').textContent = text(row, 9);
    at('why').textContent = text(row, 10);
    drawSegment(now);
    drawIpcs(row);
    const box = marks[now].querySelector('rect'), x = +box.getAttribute('x') + box.getAttribute('width') / 2;
    line.setAttribute('transform', 'translate(' + x + ' 0)');
    if (x < time.scrollLeft + 140 || x > time.scrollLeft + time.clientWidth - 60)
      time.scrollLeft = Math.max(0, x - time.clientWidth / 2);
  };

  const names = document.querySelector('svg.trace .names');
  time.addEventListener('scroll', () => names.setAttribute('transform', 'translate(' + time.scrollLeft + ' 0)'));
  window.addEventListener('beforeprint', () => names.removeAttribute('transform'));

  slider.addEventListener('input', () => show(+slider.value));
  at('back').addEventListener('click', () => show(now - 1));
  at('on').addEventListener('click', () => show(now + 1));
  rows.forEach((row, i) => row.addEventListener('click', () => show(i)));
  marks.forEach((mark, i) => mark.addEventListener('click', () => show(i)));
  document.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  for (const hidden of document.querySelectorAll('[hidden]')) hidden.hidden = false;
  const wanted = /^#step-(\d+)$/.exec(location.hash);
  show(wanted ? wanted[1] - 1 : 0);
})();
