CREATE TRIGGER log_leaf_update BEFORE UPDATE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_leaf_delete BEFORE DELETE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_node_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_node_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_head_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_head_shrink BEFORE UPDATE ON log_head WHEN NEW.size < OLD.size BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;

-- INSERT OR REPLACE takes the old row away without asking the triggers above.
CREATE TRIGGER log_leaf_replace BEFORE INSERT ON log_leaf WHEN EXISTS (SELECT 1 FROM log_leaf WHERE idx = NEW.idx OR record_id = NEW.record_id)
BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_node_replace BEFORE INSERT ON log_node WHEN EXISTS (SELECT 1 FROM log_node WHERE pos = NEW.pos)
BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_head_replace BEFORE INSERT ON log_head WHEN EXISTS (SELECT 1 FROM log_head)
BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
