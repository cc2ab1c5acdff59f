CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE log_head (id BIGINT PRIMARY KEY CHECK (id = 1), size BIGINT NOT NULL, root BYTEA NOT NULL, updated_ns BIGINT NOT NULL);
CREATE TABLE log_leaf (
  idx BIGINT PRIMARY KEY, leaf_hash BYTEA NOT NULL, kind TEXT NOT NULL, record_id TEXT NOT NULL UNIQUE,
  codec TEXT NOT NULL, payload BYTEA NOT NULL, signature BYTEA, key_id TEXT NOT NULL, appended_ns BIGINT NOT NULL
);
CREATE TABLE log_node (pos BIGINT PRIMARY KEY, hash BYTEA NOT NULL);
CREATE TABLE checkpoint (size BIGINT PRIMARY KEY, root BYTEA NOT NULL, note TEXT NOT NULL);
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size BIGINT NOT NULL, codec TEXT NOT NULL, bytes BYTEA NOT NULL);

CREATE TABLE project (project TEXT PRIMARY KEY, forge TEXT NOT NULL, name TEXT NOT NULL, first_idx BIGINT NOT NULL);
CREATE TABLE branch (
  branch BIGINT PRIMARY KEY, project TEXT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL, first_idx BIGINT NOT NULL,
  UNIQUE (project, component, name)
);
CREATE TABLE decision (
  idx BIGINT PRIMARY KEY, decision_id TEXT NOT NULL UNIQUE, branch BIGINT NOT NULL, verdict TEXT NOT NULL, mode TEXT NOT NULL, exit_code BIGINT NOT NULL,
  environment TEXT NOT NULL, artifact TEXT NOT NULL, commit_id TEXT NOT NULL, now_ns BIGINT NOT NULL, run_key TEXT NOT NULL,
  policy_digest TEXT NOT NULL, input_digest TEXT NOT NULL, evaluation_digest TEXT NOT NULL, evaluator TEXT NOT NULL, feeds TEXT NOT NULL
);
CREATE INDEX decision_by_branch ON decision (branch, idx);
CREATE TABLE decision_subject (idx BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (idx, name));
CREATE INDEX decision_subject_by_name ON decision_subject (name, idx);
CREATE TABLE verification_activity (
  idx BIGINT NOT NULL, ord BIGINT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL, tool TEXT NOT NULL, version TEXT NOT NULL,
  looked_at TEXT NOT NULL, at_ns BIGINT NOT NULL, found BIGINT NOT NULL, kept BIGINT NOT NULL, raw_sha256 TEXT NOT NULL, PRIMARY KEY (idx, ord)
);
CREATE INDEX verification_activity_by_tool ON verification_activity (tool, version, idx);
CREATE TABLE defect (
  defect BIGINT PRIMARY KEY, branch BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, component TEXT NOT NULL, severity TEXT NOT NULL,
  state TEXT NOT NULL, first_seen_ns BIGINT NOT NULL, first_seen_by TEXT NOT NULL, opened_idx BIGINT NOT NULL, last_seen_ns BIGINT NOT NULL,
  last_scan_ns BIGINT NOT NULL, last_idx BIGINT NOT NULL, fixed_ns BIGINT NOT NULL, returns BIGINT NOT NULL, returned_ns BIGINT NOT NULL,
  exception_id TEXT NOT NULL, scopes TEXT NOT NULL, sighted BIGINT NOT NULL, level TEXT NOT NULL, due_ns BIGINT NOT NULL
);
CREATE INDEX defect_by_branch ON defect (branch, state, sighted);
CREATE TABLE defect_name (defect BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (defect, name));
CREATE INDEX defect_name_by_name ON defect_name (name, defect);
CREATE TABLE defect_fingerprint (fingerprint BYTEA NOT NULL, branch BIGINT NOT NULL, defect BIGINT NOT NULL, PRIMARY KEY (fingerprint, branch));
CREATE TABLE defect_event (event BIGINT PRIMARY KEY, defect BIGINT NOT NULL, idx BIGINT NOT NULL, at_ns BIGINT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX defect_event_by_defect ON defect_event (defect, event);

-- What the decisions of a branch say of a defect, from one on until another says something else; an empty state: they do not have it.
CREATE TABLE sighting (
  defect BIGINT NOT NULL, idx BIGINT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, level TEXT NOT NULL, due_ns BIGINT NOT NULL,
  PRIMARY KEY (defect, idx)
);
CREATE TABLE exception_use (
  idx BIGINT NOT NULL, ord BIGINT NOT NULL, exception_id TEXT NOT NULL, approver TEXT NOT NULL, granted_ns BIGINT NOT NULL, until_ns BIGINT NOT NULL,
  origin TEXT NOT NULL, in_scope BIGINT NOT NULL, named BIGINT NOT NULL, covered BIGINT NOT NULL, PRIMARY KEY (idx, ord)
);
CREATE INDEX exception_use_by_id ON exception_use (exception_id, idx);
