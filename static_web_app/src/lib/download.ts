/** Hands the person a file. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** As `download`, for anything that can be written as JSON. */
export function downloadJson(content: object, name: string): void {
  download(new Blob([JSON.stringify(content, null, 1)], { type: 'application/json' }), name);
}
