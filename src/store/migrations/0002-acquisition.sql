-- Acquisition: how feeds behave, hubs, what was missed, what an article's identity rests on.

-- polls and validators

-- hubs (WebSub)

-- sources: channels, losses, silence

-- identity, revisions, rights

