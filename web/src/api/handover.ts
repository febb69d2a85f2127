import { get, post } from "./client";
import type { Handover, Holding, Job } from "./types";

export const holdings = async (user: string) => (await get<{ items: Holding[] }>(`/users/${user}/holdings`)).items;
export const handOver = (user: string, to: string, key: string) => post<Handover>(`/users/${user}/handover`, { to }, { key });
export const handovers = async () => (await get<{ items: Handover[] }>("/handovers")).items;
export const undoHandover = (id: string) => post<Handover>(`/handovers/${id}/undo`);
export const getJob = (id: string) => get<Job>(`/jobs/${id}`);
