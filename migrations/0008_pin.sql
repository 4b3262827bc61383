-- Who keeps an incident keeps its second recording, too.

CREATE TRIGGER second_capture_pinned AFTER INSERT ON second_capture BEGIN
  UPDATE incident SET pinned = COALESCE((SELECT pinned FROM incident WHERE id = NEW.of_id), 0) WHERE seq = NEW.seq;
END;
CREATE TRIGGER second_capture_pin AFTER UPDATE OF pinned ON incident WHEN NEW.pinned <> OLD.pinned BEGIN
  UPDATE incident SET pinned = NEW.pinned WHERE id = (SELECT capture_id FROM second_look WHERE seq = NEW.seq);
END;
