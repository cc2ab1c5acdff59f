CREATE TRIGGER log_leaf_update BEFORE UPDATE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_leaf_delete BEFORE DELETE ON log_leaf BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_node_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_node_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_head_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
CREATE TRIGGER log_head_shrink BEFORE UPDATE ON log_head WHEN NEW.size < OLD.size BEGIN SELECT RAISE(ABORT, 'the log only appends'); END;
