"""Operations that are disturbed at each of their requests in turn, and what must be true then."""
