// What arrives from the server's push, and what a tap on it opens.
export {};
