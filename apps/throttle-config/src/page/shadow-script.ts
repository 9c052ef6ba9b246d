/** The part of the script that starts and stops the trial of a draft on live reports. */
export const shadowScript = String.raw`
document.addEventListener('submit', async (event) => {
  const id = event.submitter?.id ?? '';
  if (!id.startsWith('shadow-')) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  const path = id === 'shadow-stop' ? '/page/shadow/stop' : '/page/shadow';
  try {
    const answer = await fetchPart(path, { method: 'POST', body });
    byId('shadow-news').textContent = answer.getElementById('answer').textContent;
    await refresh();
  } catch (error) {
    byId('shadow-news').textContent = 'throttle-config does not answer (' + error.message + ').';
  }
});
`;
