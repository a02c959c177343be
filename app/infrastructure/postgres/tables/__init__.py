"""Every table, as the migrations make them; a test holds that both agree."""
