"use strict";
for (const pre of document.querySelectorAll("pre[data-here]")) {
  pre.textContent = pre.textContent.replaceAll(pre.dataset.here, new URL(".", location.href).href.replace(/\/$/, ""));
}
for (const button of document.querySelectorAll(".command button")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const pre = button.parentElement.querySelector("pre");
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
const box = document.querySelector("#search"), count = document.querySelector("#count");
const charts = [...document.querySelectorAll("article")];
function show() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const chart of charts) {
    chart.hidden = !words.every((word) => chart.dataset.words.includes(word));
    shown += chart.hidden ? 0 : 1;
  }
  count.textContent = words.length ? `${shown} of ${charts.length} charts` : `${charts.length} charts`;
}
document.querySelector(".search").hidden = false;
box.addEventListener("input", show);
addEventListener("pageshow", show);
show();
